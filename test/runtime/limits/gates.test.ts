import { beforeEach, describe, expect, it } from 'vitest';
import { parseApi } from '../../../src/model';
import { OwnLimits } from '../../../src/runtime/limits';
import { Gates, type PoolLimits } from '../../../src/runtime/limits/gates';
import { Registry } from '../../../src/runtime/telemetry';
import { TimerWheel } from '../../../src/runtime/timers';
import { Tier } from '../../../src/runtime/upstream';
import { targetOf } from '../support/target';

let registry: Registry;
let limits: OwnLimits;

beforeEach(() => {
  registry = new Registry();
  limits = new OwnLimits();
});

const gatesOf = (share = 1) => new Gates(limits, new TimerWheel(() => 0), registry, 'api', share);

/** Limits with their defaults. */
function limitsOf(described: object): PoolLimits {
  const pools = { web: { targets: [{ address: '127.0.0.1:1' }], limits: described } };
  const api = parseApi({ version: 1, name: 'api', listeners: {}, pools, routes: { all: { pool: 'web' } } });
  return api.pools.web.limits as PoolLimits;
}

/** A tier as a new description has it. */
function tierOf(name = 'web'): Tier {
  const tier = new Tier(name);
  tier.update([{ target: targetOf(), weight: 1 }]);
  return tier;
}

/** How many a tier lets in. */
function enter(tier: Tier): number {
  let count = 0;
  while (count < 10_000 && tier.gate?.tryEnter('normal')) count += 1;
  return count;
}

const metric = (name: string) => registry.render().match(new RegExp(`^${name}\\{.*$`, 'gm'));

describe('the gates of a pool', () => {
  it('bound each of its tiers on its own', () => {
    const tiers = [tierOf(), tierOf('web/-1')];
    gatesOf().fit(tiers, limitsOf({ concurrency: 3 }));
    expect(tiers.map(enter)).toEqual([3, 3]);
  });

  it('are none where nothing is described', () => {
    const tiers = [tierOf(), tierOf('web/-1')];
    const gates = gatesOf();
    gates.fit(tiers.slice(0, 1), undefined);
    gates.fit(tiers.slice(1), limitsOf({ connectionsPerTarget: 5 }));
    expect(tiers.map(({ gate }) => gate)).toEqual([undefined, undefined]);
  });

  it('go on over a reload, with who is inside and by the limit that is described now', () => {
    const gates = gatesOf();
    const [before, after] = [tierOf(), tierOf()];
    gates.fit([before], limitsOf({ concurrency: 3 }));
    enter(before);
    gates.fit([after], limitsOf({ concurrency: 5, queue: 1 }));
    gates.sweep();
    expect(after.gate).toBe(before.gate);
    expect(enter(after)).toBe(2);
    expect(metric('spillway_concurrency_limit')).toEqual(['spillway_concurrency_limit{api="api",tier="web"} 5']);
    expect(metric('spillway_concurrency_in_flight')).toEqual([
      'spillway_concurrency_in_flight{api="api",tier="web"} 5',
    ]);
  });

  it('let in who waits when a reload raises the limit', () => {
    const gates = gatesOf();
    const tier = tierOf();
    const told: string[] = [];
    gates.fit([tier], limitsOf({ concurrency: 1, queue: 1 }));
    enter(tier);
    tier.gate?.wait(
      { priority: 'normal', onAdmitted: () => told.push('in'), onTurnedAway: (why) => told.push(why) },
      0,
    );
    gates.fit([tierOf()], limitsOf({ concurrency: 2, queue: 1 }));
    expect(told).toEqual(['in']);
  });

  it('are new where a limit becomes adaptive, and keep what they found out over a reload', () => {
    const gates = gatesOf();
    const [fixed, adaptive, again] = [tierOf(), tierOf(), tierOf()];
    gates.fit([fixed], limitsOf({ concurrency: 3 }));
    gates.fit([adaptive], limitsOf({ adaptive: { initial: 7 } }));
    gates.fit([again], limitsOf({ adaptive: { initial: 9 } }));
    expect(adaptive.gate).not.toBe(fixed.gate);
    expect(again.gate).toBe(adaptive.gate);
    expect(enter(again)).toBe(7);
  });

  it('are forgotten with their tier, and not before', () => {
    const gates = gatesOf();
    gates.fit([tierOf(), tierOf('web/-1')], limitsOf({ concurrency: 3 }));
    gates.sweep();
    gates.fit([tierOf()], limitsOf({ concurrency: 3 }));
    gates.sweep();
    expect(metric('spillway_concurrency_limit')).toEqual(['spillway_concurrency_limit{api="api",tier="web"} 3']);
  });

  it('give a process its share of what is not leased', () => {
    const gates = gatesOf(1 / 4);
    const [adaptive, fixed] = [tierOf('a'), tierOf('b')];
    gates.fit([adaptive], limitsOf({ adaptive: { initial: 20, min: 2 }, connectionsPerTarget: 10 }));
    gates.fit([fixed], limitsOf({ concurrency: 8, connectionsPerTarget: 3 }));
    expect([enter(adaptive), enter(fixed)]).toEqual([5, 8]);
    expect([adaptive, fixed].map(({ targets }) => targets[0].connections.most)).toEqual([2, 1]);
    expect(metric('spillway_concurrency_limit')).toEqual([
      'spillway_concurrency_limit{api="api",tier="a"} 5',
      'spillway_concurrency_limit{api="api",tier="b"} 2',
    ]);
  });

  it('bound the connections to a target as long as that is described', () => {
    const gates = gatesOf();
    const tier = tierOf();
    const most = (described: object | undefined) => {
      gates.fit([tier], described && limitsOf(described));
      return tier.targets[0].connections.most;
    };
    expect([{ connectionsPerTarget: 5 }, { connectionsPerTarget: 7 }, { concurrency: 1 }, undefined].map(most)).toEqual(
      [5, 7, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    );
  });

  it('let the limit follow latency', () => {
    let now = 0;
    const wheel = new TimerWheel(() => now);
    const tier = tierOf();
    new Gates(limits, wheel, registry, 'api', 1).fit([tier], limitsOf({ adaptive: { initial: 10 } }));
    for (let i = 0; i < 1_000; i++) {
      now += 5;
      wheel.touch();
      enter(tier);
      tier.gate?.leave(10, true);
    }
    expect(Number(metric('spillway_concurrency_limit')?.[0].split(' ')[1])).toBeGreaterThan(10);
  });
});
