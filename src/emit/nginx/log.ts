import type { Api } from '../../model';
import type { Node } from './node';

/** Fields of a line of the access log: the name, and the variable that has it. Numbers stand without quotes. */
const FIELDS: readonly (readonly [name: string, variable: string, kind: 'text' | 'number'])[] = [
  ['time', '$time_iso8601', 'text'],
  ['client', '$remote_addr', 'text'],
  ['method', '$request_method', 'text'],
  ['host', '$host', 'text'],
  ['path', '$path', 'text'],
  ['status', '$status', 'number'],
  ['bytes', '$body_bytes_sent', 'number'],
  ['durationMs', '$duration_ms', 'number'],
  ['route', '$route', 'text'],
  ['target', '$upstream_addr', 'text'],
];

/** How requests are logged; not at all where the API describes no access log. */
export function logNodes({ accessLog }: Api, stdout = '/dev/stdout'): Node[] {
  if (accessLog === undefined) return [['access_log', 'off']];
  const { path, format } = accessLog;
  const fields = FIELDS.map(([name, variable, kind]) => {
    const value = kind === 'text' ? `"${variable}"` : variable;
    return format === 'json' ? `"${name}":${value}` : `${name}=${value}`;
  });
  const file = path === 'stdout' ? stdout : path === 'stderr' ? '/dev/stderr' : path;
  return [
    {
      block: ['map', '$request_time', '$duration_ms'],
      body: [
        ['~^0\\.0*(\\d+)$', '$1'],
        ['~^(\\d+)\\.(\\d+)$', '$1$2'],
      ],
    },
    ['log_format', 'spillway', 'escape=json', format === 'json' ? `{${fields.join(',')}}` : fields.join(' ')],
    ['access_log', file, 'spillway'],
  ];
}
