import { type Admin, type Api, formatDuration, joinAddress, type Listener } from '../../model';
import { OWN_ANSWERS, type OwnAnswer, ownBody } from '../../passes';
import { type Block, type Node, rawLines } from './node';
import type { RoutePlan } from './plan';
import { GO_ON, routeLocations } from './route';

/** A listener, with the locations of all routes. */
export function listenerServer(api: Api, name: string, listener: Listener, plans: readonly RoutePlan[]): Block {
  const { limits } = listener;
  const many = Object.keys(api.listeners).length > 1;
  return {
    block: ['server'],
    body: [
      ['listen', joinAddress(listener.address, listener.port)],
      ...(many ? [['set', '$listener', name]] : []),
      ['large_client_header_buffers', 1, limits.head],
      ['client_max_body_size', limits.body ?? 0],
      ['client_header_timeout', formatDuration(limits.headTimeout)],
      ['client_body_timeout', formatDuration(limits.bodyTimeout)],
      ['keepalive_timeout', formatDuration(limits.idleTimeout)],
      ...ERROR_PAGES.map(({ status }) => ['error_page', status, `@${status}`]),
      ...rawLines(api.raw?.nginx?.server),
      {
        block: ['location', '/'],
        body: [
          ['error_page', GO_ON, '=', '@$route'],
          ['error_page', OWN_ANSWERS.bodyTooLarge.status, `@${OWN_ANSWERS.bodyTooLarge.status}`],
          ['return', GO_ON],
        ],
      },
      ...plans.flatMap(routeLocations),
      ...refusals(plans),
      ...ERROR_PAGES.map((answer) => ownAnswer(answer, 200)),
    ],
  };
}

/** Answers in place of Nginx's own pages, which keep their status. */
const ERROR_PAGES: readonly OwnAnswer[] = [
  OWN_ANSWERS.bodyTooLarge,
  OWN_ANSWERS.noAnswer,
  OWN_ANSWERS.noTarget,
  OWN_ANSWERS.timeout,
];

/** Answers to requests that match no route. */
function refusals(plans: readonly RoutePlan[]): Block[] {
  const { badRequest, noRoute, wrongMethod } = OWN_ANSWERS;
  const limited = plans.some(({ route }) => route.methods !== undefined);
  return [
    ownAnswer(badRequest, badRequest.status),
    ownAnswer(noRoute, noRoute.status),
    ...(limited ? [ownAnswer(wrongMethod, wrongMethod.status, [['add_header', 'Allow', '$allow', 'always']])] : []),
  ];
}

function ownAnswer(answer: OwnAnswer, status: number, fields: readonly Node[] = []): Block {
  return {
    block: ['location', `@${answer.status}`],
    body: [['default_type', 'application/json'], ...fields, ['return', status, ownBody(answer)]],
  };
}

/** Health and metrics of Nginx itself, by the names that its Prometheus exporter uses. */
export function adminServer({ address, port }: Admin): Block {
  const gauges = ['active', 'reading', 'writing', 'waiting'].map((name) => {
    const metric = `nginx_connections_${name}`;
    return `# TYPE ${metric} gauge\n${metric} $connections_${name}\n`;
  });
  return {
    block: ['server'],
    body: [
      ['listen', joinAddress(address, port)],
      ['access_log', 'off'],
      page('/healthz', 'application/json', '{"status":"ok"}'),
      page('/metrics', 'text/plain; version=0.0.4', gauges.join('')),
      {
        block: ['location', '/'],
        body: [
          ['default_type', 'application/json'],
          ['return', OWN_ANSWERS.noRoute.status, ownBody(OWN_ANSWERS.noRoute)],
        ],
      },
    ],
  };
}

function page(path: string, type: string, body: string): Block {
  return {
    block: ['location', '=', path],
    body: [
      ['default_type', type],
      ['return', 200, body],
    ],
  };
}
