import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../../src/model';
import { Configuration } from '../../src/runtime/configuration';
import type { RuntimeEvent } from '../../src/runtime/event';
import { HealthWatch } from '../../src/runtime/health-watch';
import { Names, SystemResolver } from '../../src/runtime/names';
import { Registry } from '../../src/runtime/telemetry';
import { TimerWheel } from '../../src/runtime/timers';
import type { Transport } from '../../src/runtime/transport';
import { apiOf } from './support/serve';

const UNHEARD = { changed() {}, failed() {}, forgotten() {} };
const names = new Names(new SystemResolver({ servers: [] }), new TimerWheel(), UNHEARD);
const registry = new Registry();

/** Ports in the order in which they were probed; those that refuse. */
let probed: number[];
let refusing: Set<number>;

const transport = {
  reach(_address: string, port: number, done: (code: string | undefined) => void) {
    probed.push(port);
    setTimeout(() => done(refusing.has(port) ? 'ECONNREFUSED' : undefined), 1);
    return () => {};
  },
} as unknown as Transport;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  probed = [];
  refusing = new Set();
});
afterEach(() => void vi.useRealTimers());

function described(ports: readonly number[], check: object = {}, routes: readonly string[] = ['all']): Api {
  const targets = ports.map((port) => ({ address: `127.0.0.1:${port}` }));
  const healthCheck = { interval: '10s', jitterPercent: 0, unhealthyThreshold: 1, ...check };
  return apiOf({
    pools: { web: { targets, healthCheck }, other: { targets: [{ address: '127.0.0.1:99' }], healthCheck } },
    routes: Object.fromEntries(routes.map((name) => [name, { path: `/${name}`, pool: 'web' }])),
  });
}

const make = (api: Api, before?: Configuration) =>
  Configuration.make({ api, wanted: [], registry, names, clock: () => 0, before });

/** Watches what an API describes, in place of what was watched before. */
async function watch(api: Api, before?: { configuration: Configuration; health: HealthWatch }) {
  const configuration = await make(api, before?.configuration);
  const events: RuntimeEvent[] = [];
  const health = new HealthWatch(configuration, names, transport, (event) => events.push(event));
  before?.health.stop();
  health.start(before?.health);
  return { configuration, health, events };
}

it('probes targets that stay when they would have been probed, and new ones at once', async () => {
  const one = await watch(described([1, 2]));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(probed.splice(0)).toEqual([1, 2, 99]);
  const two = await watch(described([1, 3]), one);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(probed.splice(0)).toEqual([3]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(probed.splice(0)).toEqual([1, 99]);
  two.health.stop();
});

it('probes all at once that are checked otherwise than before', async () => {
  const one = await watch(described([1]));
  await vi.advanceTimersByTimeAsync(4_000);
  probed.splice(0);
  const two = await watch(described([1], { unhealthyThreshold: 2 }), one);
  await vi.advanceTimersByTimeAsync(10);
  expect(probed).toEqual([1, 99]);
  two.health.stop();
});

it('probes many new targets within some steps, but not all in one go', async () => {
  const ports = Array.from({ length: 150 }, (_, i) => 1_000 + i);
  const { health } = await watch(described(ports));
  expect(probed.length).toBe(64);
  await vi.advanceTimersByTimeAsync(20);
  expect(new Set(probed).size).toBe(151);
  health.stop();
});

it('tells that a target is down, and of each route that it served what tier does now', async () => {
  refusing.add(1);
  const { health, events } = await watch(described([1], {}, ['a', 'b']));
  await vi.advanceTimersByTimeAsync(10);
  expect(events).toMatchObject([
    { kind: 'target', pool: 'web', target: '127.0.0.1:1', state: 'down', reason: 'ECONNREFUSED' },
    { kind: 'tier', route: 'a', from: 'web', to: 'none' },
    { kind: 'tier', route: 'b', from: 'web', to: 'none' },
  ]);
  health.stop();
});
