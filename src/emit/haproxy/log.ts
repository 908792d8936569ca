import type { Api } from '../../model';
import type { Directive } from './section';

/** Fields of a line of the access log: the name, and where HAProxy has the value. Numbers stand without quotes. */
const FIELDS: readonly (readonly [name: string, sample: string, kind: 'text' | 'number'])[] = [
  ['time', '%[date,utime(%Y-%m-%dT%H:%M:%SZ)]', 'text'],
  ['client', '%ci', 'text'],
  ['method', '%[var(txn.method),json(utf8s)]', 'text'],
  ['host', '%[var(txn.host),json(utf8s)]', 'text'],
  ['path', '%[var(txn.path),json(utf8s)]', 'text'],
  ['status', '%ST', 'number'],
  ['bytes', '%B', 'number'],
  ['durationMs', '%Ta', 'number'],
  ['route', '%b', 'text'],
  ['target', '%s', 'text'],
];

/** How requests of a listener are logged; nothing where the API describes no access log. */
export function logDirectives({ accessLog }: Api): Directive[] {
  if (accessLog === undefined) return [];
  const fields = FIELDS.map(([name, sample, kind]) =>
    accessLog.format === 'json'
      ? `"${name}":${kind === 'text' ? `"${sample}"` : sample}`
      : `${name}=${kind === 'text' ? `"${sample}"` : sample}`,
  );
  return [
    ['log', 'global'],
    ['option', 'dontlognull'],
    ['log-format', accessLog.format === 'json' ? `{${fields.join(',')}}` : fields.join(' ')],
    ['http-request', 'set-var(txn.method)', 'method'],
    ['http-request', 'set-var(txn.path)', 'path'],
  ];
}
