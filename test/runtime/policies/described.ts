import { parseApi, type Route } from '../../../src/model';

/** A route as the model gives it. */
export function route(parts: object): Route {
  const api = parseApi({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets: [{ address: '127.0.0.1:9001' }] } },
    routes: { all: { ...('redirect' in parts ? {} : { pool: 'live' }), ...parts } },
    accept: ['SPW5002'],
  });
  return api.routes.all;
}
