import { beforeEach, expect, it } from 'vitest';
import type { Api } from '../../src/model';
import { Configuration } from '../../src/runtime/configuration';
import { Names, SystemResolver } from '../../src/runtime/names';
import { Registry } from '../../src/runtime/telemetry';
import { TimerWheel } from '../../src/runtime/timers';
import { apiOf, RARE_CHECK } from './support/serve';

const UNHEARD = { changed() {}, failed() {}, forgotten() {} };
const names = new Names(new SystemResolver({ servers: [] }), new TimerWheel(), UNHEARD);
let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const make = (api: Api, before?: Configuration) =>
  Configuration.make({ api, wanted: [], registry, names, clock: () => 0, before });

/** Two pools with a route each. */
function described(pools: { a?: object; b?: object } = {}, route: object = {}): Api {
  const targets = [{ address: '127.0.0.1:1' }, { address: '127.0.0.1:2' }];
  return apiOf({
    pools: {
      a: { targets, healthCheck: RARE_CHECK, ...pools.a },
      b: { targets, healthCheck: RARE_CHECK, ...pools.b },
    },
    routes: { a: { path: '/a', pool: 'a', ...route }, b: { path: '/b', pool: 'b' } },
  });
}

const targetsOf = ({ targets }: Configuration, pool: string) => targets.filter((target) => target.pool === pool);
const routeOf = ({ routes }: Configuration, name: string) => [...routes].find((route) => route.name === name);

it('goes on with the targets and routes that are described as before', async () => {
  const one = await make(described());
  const two = await make(described(), one);
  expect(two.targets.every((target, i) => target === one.targets[i])).toBe(true);
  expect(routeOf(two, 'a')).toBe(routeOf(one, 'a'));
});

it('makes anew what is described otherwise, and takes on the health of targets that stay', async () => {
  const one = await make(described());
  const [kept, gone] = targetsOf(one, 'a');
  const two = await make(described({ a: { targets: [{ address: '127.0.0.1:1' }] } }), one);
  const [target, ...others] = targetsOf(two, 'a');
  expect(others).toEqual([]);
  expect(target).not.toBe(kept);
  expect(target.health).toBe(kept.health);
  expect(target.health).not.toBe(gone.health);
  expect(routeOf(two, 'a')).not.toBe(routeOf(one, 'a'));
  expect(targetsOf(two, 'b')[0]).toBe(targetsOf(one, 'b')[0]);
  expect(routeOf(two, 'b')).toBe(routeOf(one, 'b'));
});

it('makes a route anew that is described otherwise, with its pool as it is', async () => {
  const one = await make(described());
  const two = await make(described({}, { timeouts: { response: '3s' } }), one);
  expect(routeOf(two, 'a')).toMatchObject({ responseTimeout: 3_000 });
  expect(targetsOf(two, 'a')[0]).toBe(targetsOf(one, 'a')[0]);
});

it('goes on with nothing of an API of another name', async () => {
  const one = await make(described());
  const two = await make({ ...described(), name: 'other' }, one);
  expect(targetsOf(two, 'a')[0]).not.toBe(targetsOf(one, 'a')[0]);
});

it('leaves the connections of targets alone that go on, and parts with those that are gone', async () => {
  const one = await make(described());
  const two = await make(described({ b: { targets: [{ address: '127.0.0.1:2' }] } }), one);
  two.takeOver(one);
  const told = registry.render();
  expect(told).toContain('spillway_target_up{api="test",pool="a",target="127.0.0.1:1"} 1');
  expect(told).not.toContain('spillway_target_up{api="test",pool="b",target="127.0.0.1:1"}');
  expect(told).toContain('spillway_target_up{api="test",pool="b",target="127.0.0.1:2"} 1');
  const connection = { idleSince: 0, close() {} };
  expect(targetsOf(two, 'a')[0].idle.keep(connection as never, 0)).toBe(true);
});
