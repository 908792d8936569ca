/** Probes as often as the tables of other data planes were measured with. */
export const OFTEN = {
  path: '/healthz',
  interval: '50ms',
  timeout: '50ms',
  healthyThreshold: 1,
  unhealthyThreshold: 2,
  jitterPercent: 0,
};

export const FALLBACK = { on: ['unavailable', 503], status: 503, json: { message: 'Back in a minute.' } };

/** Targets that are tried in the order of their ports: the first serves as long as it can. */
export function inOrder(ports: readonly number[]): object[] {
  return ports.map((port, index) => ({ address: `127.0.0.1:${port}`, priority: -index }));
}

/** Targets that share the requests. */
export function together(ports: readonly number[]): object[] {
  return ports.map((port) => ({ address: `127.0.0.1:${port}` }));
}
