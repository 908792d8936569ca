import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { Registry, TargetMetrics } from '../../../src/runtime/telemetry';
import { type MemberTier, Pool, type Target } from '../../../src/runtime/upstream';

let registry: Registry;
let pool: Pool;

beforeEach(() => {
  registry = new Registry();
  pool = new Pool('web', (tier, target) => new TargetMetrics(registry, 'api', 'web', tier, target));
});

/** One tier of members on port 80. */
function tier(hosts: readonly string[], name = 'web'): MemberTier {
  return { name, members: hosts.map((host) => ({ host, port: 80, weight: 1 })) };
}

const update = (...tiers: MemberTier[]) => {
  const { joined, left } = pool.update(tiers);
  return [joined, left].map((targets) => targets.map(({ host }) => host));
};
const target = (host: string) => pool.targets.find((one) => one.host === host);
const ready = () => pool.targets.filter(({ up }) => up).map(({ host }) => host);

class Waiting {
  idleSince = 0;
  closed = false;
  close(): void {
    this.closed = true;
  }
}

it('keeps the targets that stay, and tells who joined and who left', () => {
  update(tier(['a', 'b']));
  const b = target('b');
  expect(update(tier(['b', 'c']))).toEqual([['c'], ['a']]);
  expect(target('b')).toBe(b);
});

it('sends nothing to a target that joins others before a probe has found it up', () => {
  update(tier(['a']));
  update(tier(['a', 'b']));
  expect(ready()).toEqual(['a']);
  const { health } = pool.targets[1];
  const thresholds = { healthyThreshold: 3, unhealthyThreshold: 3 };
  expect(health.record('ECONNREFUSED', thresholds)).toBe(false);
  expect(health.record(undefined, thresholds)).toBe(true);
  expect(ready()).toEqual(['a', 'b']);
});

it('sends requests at once to targets that have nobody beside them', () => {
  expect(pool.available).toBe(false);
  update(tier(['a', 'b']));
  expect(ready()).toEqual(['a', 'b']);
  for (const { health } of pool.targets) health.up = false;
  update(tier(['a', 'c']));
  expect(ready()).toEqual(['c']);
  update(tier(['d']));
  expect(ready()).toEqual(['d']);
});

it('sends requests to a target that was not probed yet when the others leave', () => {
  update(tier(['a']));
  update(tier(['a', 'b', 'c']));
  target('b')?.health.record('ECONNREFUSED', { healthyThreshold: 1, unhealthyThreshold: 1 });
  expect(ready()).toEqual(['a']);
  update(tier(['b', 'c']));
  expect(ready()).toEqual(['c']);
});

it('closes the idle connections of a target that leaves, and keeps none from then on', () => {
  update(tier(['a', 'b']));
  const [a, connection] = [target('a'), new Waiting()];
  a?.idle.keep(connection as never, 0);
  update(tier(['b']));
  expect(connection.closed).toBe(true);
  expect(a?.idle.keep(new Waiting() as never, 0)).toBe(false);
});

it('tells no metric of a target that has left', () => {
  update(tier(['a', 'b']));
  update(tier(['b']));
  expect(registry.render()).not.toContain('target="a:80"');
  expect(registry.render()).toContain('spillway_target_up{api="api",pool="web",target="b:80"} 1');
});

it('moves a target that stays to another tier with its health and its connections', () => {
  update(tier(['a']), tier(['b'], 'web/-10'));
  const [a, connection] = [target('a'), new Waiting()];
  if (a === undefined) throw new Error('no target');
  a.idle.keep(connection as never, 0);
  a.health.up = false;
  expect(update(tier(['b']), tier(['a'], 'web/-10'))).toEqual([[], []]);
  expect(pool.tiers.map(({ name, targets }) => [name, targets.map(({ host }) => host)])).toEqual([
    ['web', ['b']],
    ['web/-10', ['a']],
  ]);
  expect([target('a'), a.tier, a.up, connection.closed]).toEqual([a, 'web/-10', false, false]);
  expect(pool.sameAs({ key: 'web/-10 a:80' })).toBe(a);
  const metrics = registry.render();
  expect(metrics).toContain('spillway_target_up{api="api",pool="web",target="a:80"} 0');
  expect(metrics).toContain('tier="web/-10",target="a:80"');
  expect(metrics).not.toContain('tier="web",target="a:80"');
});

it('has the members of the last update, whatever there was before', () => {
  const hosts = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));
  const updates = fc.array(fc.tuple(hosts, fc.nat(2)), { minLength: 1 });
  fc.assert(
    fc.property(updates, (list) => {
      pool = new Pool('web', (name, of) => new TargetMetrics(registry, 'api', 'web', name, of));
      let before: readonly string[] = [];
      for (const [now, cut] of list) {
        const [joined, left] = update(tier(now.slice(cut)), tier(now.slice(0, cut), 'web/-1'));
        expect(pool.targets.map(({ host }) => host)).toEqual([...now.slice(cut), ...now.slice(0, cut)]);
        expect(joined.sort()).toEqual(now.filter((host) => !before.includes(host)).sort());
        expect(left.sort()).toEqual(before.filter((host) => !now.includes(host)).sort());
        before = now;
      }
    }),
  );
});

it('takes its targets’ word for it that they drain, and lets them serve again', () => {
  const draining = (drain: boolean) => [{ name: 'web', members: [{ host: 'a', port: 80, weight: 1, drain }] }];
  pool.update(draining(true));
  expect([target('a')?.draining, pool.available]).toEqual([true, false]);
  pool.update(draining(false));
  expect([target('a')?.draining, pool.available]).toEqual([false, true]);
});

it('lets a target that takes the place of another go on with the requests of that one', () => {
  update(tier(['a']));
  const before = target('a');
  before?.began();
  before?.began();
  const [next] = new Pool('web', (name, of) => new TargetMetrics(registry, 'api', 'web', name, of)).update([
    tier(['a']),
  ]).joined;
  next.takeOn(before as Target);
  before?.left();
  next.began();
  expect([before?.inFlight, next.inFlight]).toEqual([2, 2]);
});
