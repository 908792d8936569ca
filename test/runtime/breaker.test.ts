import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/runtime/status';
import { apiOf, RARE_CHECK } from './support/serve';
import { Watched } from './support/watched';

function apiWith(words: object = {}) {
  const circuitBreaker = { minimumRequests: 4, openFor: '5s', trialRequests: 2, ...words };
  return apiOf({
    pools: {
      web: {
        targets: [1, 2, 3, 4].map((i) => ({ address: `127.0.0.1:${i}`, priority: i > 2 ? -1 : 0 })) as never,
        healthCheck: RARE_CHECK,
        circuitBreaker,
      },
    },
    routes: { all: { pool: 'web' } },
  });
}

describe('a breaker of a target', () => {
  it('stops its requests, tries it after a while, and closes', async () => {
    const watched = await Watched.open(apiWith());
    watched.send(0, '.x.x');
    expect(watched.available).toEqual([1, 2, 3]);
    watched.pass(4_900);
    expect(watched.available).toEqual([1, 2, 3]);
    watched.pass(200);
    const [target] = watched.targets;
    const rounds = [target.began(), target.began()];
    expect(watched.available).toEqual([1, 2, 3]);
    for (const round of rounds) target.ended('ok', 200, 1, round);
    expect(watched.available).toEqual([0, 1, 2, 3]);
    const about = { kind: 'breaker', pool: 'web', tier: 'web', target: '127.0.0.1:1' };
    expect(watched.events).toEqual([
      { ...about, state: 'open', reason: 'failurePercent' },
      { ...about, state: 'halfOpen', reason: undefined },
      { ...about, state: 'closed', reason: undefined },
    ]);
  });

  it('opens again where a trial fails', async () => {
    const watched = await Watched.open(apiWith());
    watched.send(0, 'xxxx');
    watched.pass(5_100);
    watched.send(0, '.g');
    expect(watched.available).toEqual([1, 2, 3]);
    expect(watched.events.at(-1)).toMatchObject({ state: 'open', reason: 'trial' });
    watched.pass(5_100);
    expect(watched.available).toEqual([0, 1, 2, 3]);
  });

  it('is not closed by a probe that succeeds', async () => {
    const watched = await Watched.open(apiWith());
    watched.send(0, 'xxxx');
    const [{ health }] = watched.targets;
    for (const error of ['refused', undefined, undefined])
      health.record(error, { healthyThreshold: 1, unhealthyThreshold: 1 });
    expect(health.up).toBe(true);
    expect(watched.available).toEqual([1, 2, 3]);
    watched.pass(5_100);
    health.record(undefined, { healthyThreshold: 1, unhealthyThreshold: 1 });
    expect(watched.targets[0].traffic.judge?.breaker?.state).toBe('halfOpen');
  });

  it('tells its state in metrics and status', async () => {
    const watched = await Watched.open(apiWith());
    watched.send(0, 'xxxx');
    const states = (target: string) =>
      watched
        .metric('spillway_breaker_state')
        .filter((line) => line.includes(`tier="web",target="${target}"`))
        .map((line) => line.replace(/.*state=/, ''));
    expect(states('127.0.0.1:1')).toEqual(['"closed"} 0', '"open"} 1', '"halfOpen"} 0']);
    expect(states('127.0.0.1:2')).toEqual(['"closed"} 1', '"open"} 0', '"halfOpen"} 0']);
    expect(statusOf(watched.configuration, '1', true)).toMatchObject({
      pools: { web: [{ breaker: 'open' }, { breaker: 'closed' }, {}, {}] },
    });
  });
});

describe('a breaker of a tier', () => {
  it('looks at all of its targets, and stops the requests to all of them', async () => {
    const watched = await Watched.open(apiWith({ scope: 'tier' }));
    watched.send(0, 'xx');
    watched.send(1, '..');
    expect(watched.available).toEqual([2, 3]);
    expect(watched.events).toEqual([
      { kind: 'breaker', pool: 'web', tier: 'web', target: undefined, state: 'open', reason: 'failurePercent' },
    ]);
    expect(watched.metric('spillway_breaker_state')).toContain('{api="test",tier="web",target="",state="open"} 1');
    watched.pass(5_100);
    expect(watched.available).toEqual([0, 1, 2, 3]);
    watched.send(0, '.');
    watched.send(1, '.');
    expect(watched.events.at(-1)).toMatchObject({ state: 'closed' });
  });

  it('lets its trickle through over all of its targets', async () => {
    const watched = await Watched.open(apiWith({ scope: 'tier' }));
    watched.send(0, 'xxxx');
    watched.pass(5_100);
    watched.targets[0].began();
    expect(watched.available).toEqual([0, 1, 2, 3]);
    watched.targets[1].began();
    expect(watched.available).toEqual([2, 3]);
  });
});

describe('over a reload', () => {
  it.each(['target', 'tier'])('a breaker of a %s stays open, to the same end', async (scope) => {
    const watched = await Watched.open(apiWith({ scope }));
    watched.send(0, 'xxxx');
    const open = watched.available;
    watched.pass(3_000);
    await watched.load(apiWith({ scope, minimumRequests: 5 }));
    expect(watched.available).toEqual(open);
    watched.pass(1_900);
    expect(watched.available).toEqual(open);
    watched.pass(200);
    expect(watched.available).toEqual([0, 1, 2, 3]);
    expect(watched.events.map((event) => 'state' in event && event.state)).toEqual(['open', 'halfOpen']);
  });

  it('a breaker for something else begins anew', async () => {
    const watched = await Watched.open(apiWith());
    watched.send(0, 'xxxx');
    await watched.load(apiWith({ scope: 'tier' }));
    expect(watched.available).toEqual([0, 1, 2, 3]);
    expect(watched.metric('spillway_breaker_state')).toHaveLength(6);
  });
});
