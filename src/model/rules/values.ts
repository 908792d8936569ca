import { isIPv6, isServiceName, splitAddress } from '../address';
import { parseDuration } from '../duration';
import { type Path, problem } from '../problem';
import { isRef } from '../ref';
import { NAME, NAME_ALLOWED } from '../scalars';
import { CLIENT_KEYS, isClientKey } from './client-key';
import { isLoose, type Loose, type Rule, section, strings } from './loose';

/** Names of listeners, pools and routes become parts of file names, labels and metrics. */
export const names: Rule = (description) =>
  ['listeners', 'pools', 'routes'].flatMap((key) =>
    Object.keys(isLoose(description[key]) ? description[key] : {})
      .filter((found) => !NAME.test(found))
      .map((found) => problem({ code: 'SPW2014', path: [key, found], found, allowed: NAME_ALLOWED })),
  );

/** Every literal target has a port, in its address or beside it, and only one. */
export const targetPorts: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const targets = Array.isArray(node.targets) ? node.targets : [];
    return targets.flatMap((target, index) => {
      if (!isLoose(target)) return [];
      const at = [...path, 'targets', index];
      if (isRef(target.address) && target.port === undefined) {
        return [
          problem({
            code: 'SPW2002',
            path: [...at, 'port'],
            allowed: 'a port beside an address that is known only at deployment',
          }),
        ];
      }
      if (typeof target.address !== 'string') return [];
      const parts = splitAddress(target.address);
      if (parts === undefined) return [];
      if (parts.port === undefined && target.port === undefined) {
        const fix = isIPv6(target.address) ? `Write "[${target.address}]:8080".` : `Write "${target.address}:8080".`;
        return [problem({ code: 'SPW2002', path: [...at, 'port'], allowed: 'a port here or in the address', fix })];
      }
      if (parts.port !== undefined && target.port !== undefined && parts.port !== target.port) {
        return [
          problem({
            code: 'SPW3008',
            path: [...at, 'port'],
            found: target.port,
            allowed: `${parts.port}, as in the address`,
          }),
        ];
      }
      return [];
    });
  });

/** Addresses say no port, and the SRV records of a service say their own. */
export const discoveredPorts: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const discover = isLoose(node.discover) ? node.discover : {};
    const { dns, port } = discover;
    if (typeof dns !== 'string') return [];
    const at = [...path, 'discover', 'port'];
    if (!isServiceName(dns)) {
      const allowed = 'required, unless the name begins with "_" and so has SRV records';
      return port === undefined ? [problem({ code: 'SPW2002', path: at, allowed })] : [];
    }
    const allowed = 'no port: the SRV records of a service name it';
    return port === undefined ? [] : [problem({ code: 'SPW3008', path: at, found: port, allowed })];
  });

/** A pool in which nothing has a weight could never answer. */
export const somethingHasWeight: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const targets = Array.isArray(node.targets) ? node.targets.filter(isLoose) : [];
    const none = targets.length > 0 && targets.every((target) => target.weight === 0);
    return none ? [problem({ code: 'SPW3010', path: [...path, 'targets'] })] : [];
  });

/** A probe that outlasts its interval would overlap the next. */
export const probeTimes: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const check = isLoose(node.healthCheck) ? node.healthCheck : {};
    const interval = parseDuration(String(check.interval ?? ''));
    const timeout = parseDuration(String(check.timeout ?? ''));
    if (interval === undefined || timeout === undefined || timeout <= interval) return [];
    const at = [...path, 'healthCheck', 'timeout'];
    return [
      problem({ code: 'SPW3008', path: at, found: check.timeout, allowed: `at most the interval, ${check.interval}` }),
    ];
  });

/** An ejection grows from its first length to its longest. */
export const ejectionTimes: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const ejection = isLoose(node.outlierEjection) ? node.outlierEjection : {};
    const base = parseDuration(String(ejection.baseTime ?? ''));
    const most = parseDuration(String(ejection.maxTime ?? ''));
    if (base === undefined || most === undefined || most >= base) return [];
    const at = [...path, 'outlierEjection', 'maxTime'];
    return [
      problem({
        code: 'SPW3008',
        path: at,
        found: ejection.maxTime,
        allowed: `at least baseTime, ${ejection.baseTime}`,
      }),
    ];
  });

/** A tier listed twice would be tried twice for the same failure. */
export const repeatedTiers: Rule = (description) =>
  [...section(description, 'routes'), ...section(description, 'listeners')].flatMap(({ node, path }) => {
    const tiers = strings(node.tiers);
    return tiers.flatMap((name, index) =>
      tiers.indexOf(name) === index ? [] : [problem({ code: 'SPW3009', path: [...path, 'tiers', index], found: name })],
    );
  });

/** Two listeners, or a listener and the admin port, cannot share an address and a port. */
export const portConflicts: Rule = (description) => {
  const seen: { address: string; port: number; path: Path }[] = [];
  const admin = isLoose(description.admin)
    ? [{ node: description.admin, path: ['admin'] as Path, fallback: '127.0.0.1' }]
    : [];
  const listeners = section(description, 'listeners').map(({ node, path }) => ({ node, path, fallback: '0.0.0.0' }));
  return [...listeners, ...admin].flatMap(({ node, path, fallback }) => {
    if (typeof node.port !== 'number') return [];
    const address = typeof node.address === 'string' ? node.address : fallback;
    const every = (one: string) => one === '0.0.0.0' || one === '::';
    const other = seen.find(
      (one) => one.port === node.port && (one.address === address || every(one.address) || every(address)),
    );
    seen.push({ address, port: node.port, path });
    return other
      ? [
          problem({
            code: 'SPW3006',
            path: [...path, 'port'],
            found: node.port,
            fix: `Also used by ${other.path.join('.')}.`,
          }),
        ]
      : [];
  });
};

/** A redirect leads to https. */
export const redirects: Rule = (description) => {
  const listeners = section(description, 'listeners');
  return listeners.flatMap(({ node, path }) => {
    const found = node.redirectTo;
    const target = listeners.find(({ name }) => name === found);
    if (target === undefined || target.node.protocol === 'https') return [];
    return [
      problem({ code: 'SPW3008', path: [...path, 'redirectTo'], found, allowed: 'a listener with protocol: https' }),
    ];
  });
};

/** The affected algorithms need a key; what a key looks like. */
export const hashKeys: Rule = (description) =>
  section(description, 'pools').flatMap(({ node, path }) => {
    const found = node.hashKey;
    const at = [...path, 'hashKey'];
    if (found === undefined || typeof found !== 'string') return [];
    if (node.algorithm !== 'consistentHash' && node.algorithm !== 'maglev') {
      return [problem({ code: 'SPW3008', path: at, found, allowed: 'only with algorithm: consistentHash or maglev' })];
    }
    if (found === 'path' || isClientKey(found)) return [];
    return [problem({ code: 'SPW2007', path: at, found, allowed: `path, ${CLIENT_KEYS}` })];
  });

/** Lines that go into a configuration as they are: nobody has checked what they do. */
export const rawLines: Rule = (description) => {
  const raw = isLoose(description.raw) ? description.raw : {};
  return Object.keys(raw).map((dataPlane) => problem({ code: 'SPW4005', path: ['raw', dataPlane] }));
};

/** Two routes that match alike: which one answers would depend on their order. */
export const sameMatch: Rule = (description) => {
  const seen = new Map<string, string>();
  return section(description, 'routes').flatMap(({ name, node, path }) => {
    const key = JSON.stringify(matchOf(node));
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    return other === undefined
      ? []
      : [problem({ code: 'SPW3007', path, fix: `The same as routes.${other}; a priority would order them.` })];
  });
};

function matchOf(route: Loose): unknown[] {
  const sorted = (value: unknown) => strings(value).sort();
  return [
    sorted(route.listeners),
    sorted(route.hosts),
    route.path ?? '/*',
    sorted(route.methods),
    route.headers,
    route.query,
    route.priority ?? 0,
  ];
}
