import { onTestFinished } from 'vitest';
import { type Api, type ApiDescription, parseApi } from '../../../src/model';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../../src/runtime';

/** Every behaviour of the data path is tried on both. */
export const TRANSPORTS = ['raw', 'net'] as const;

/** Health checks that come too seldom to disturb a test which counts connections. */
export const RARE_CHECK = { interval: '1h', healthyThreshold: 1, unhealthyThreshold: 100 };

type Parts = Omit<Partial<ApiDescription>, 'listeners'> & { listeners?: ApiDescription['listeners'] };

/** An API of some parts, whose ports are the system's to choose. */
export function apiOf(parts: Parts): Api {
  const listeners = parts.listeners ?? { web: { address: '127.0.0.1', port: 1 } };
  const api = structuredClone(parseApi({ version: 1, name: 'test', pools: {}, ...parts, listeners }));
  for (const listener of Object.values(api.listeners)) (listener as { port: number }).port = 0;
  if (api.admin) (api.admin as { port: number }).port = 0;
  return api;
}

/** An API with one route to one pool. */
export function simpleApi(
  addresses: readonly (string | object)[],
  route: object = {},
  limits: object = {},
  rest: Parts = {},
): Api {
  const targets = addresses.map((address) => (typeof address === 'string' ? { address } : address));
  return apiOf({
    listeners: { web: { address: '127.0.0.1', port: 1, limits } },
    pools: { web: { targets: targets as never, healthCheck: RARE_CHECK } },
    routes: { all: { pool: 'web', ...route } },
    ...rest,
  });
}

/**
 * Serves an API.
 * @param atEnd - takes what stops it; left out: it is stopped with the test
 */
export async function serve(
  api: Api,
  options: RuntimeOptions,
  atEnd: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<{ runtime: Runtime; url: string }> {
  const runtime = await startRuntime(api, options);
  atEnd(() => runtime.stop({ timeoutMs: 0 }));
  return { runtime, url: runtime.addresses[0]?.url };
}
