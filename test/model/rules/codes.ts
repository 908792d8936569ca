import { formatPath, validate } from '../../../src/model';

const POOLS = {
  live: { targets: [{ address: '127.0.0.1:9001' }] },
  standby: { targets: [{ address: '127.0.0.1:9002' }] },
  both: { targets: [{ address: '127.0.0.1:9001' }, { address: '127.0.0.1:9002', priority: -1 }] },
  service: { discover: { dns: '_web._tcp.internal' } },
};

/** What is found in a description with one route, as `CODE place`, without `routes.all` before each place. */
export function codesOf(route: object): string[] {
  const description = {
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: POOLS,
    routes: { all: route },
    accept: ['SPW5002'],
  };
  return validate(description).problems.map(
    ({ code, path }) => `${code} ${formatPath(path).replace('routes.all.', '')}`,
  );
}
