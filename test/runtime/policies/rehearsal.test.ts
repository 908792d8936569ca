import { describe, expect, it } from 'vitest';
import { Course, type PolicyResponse, Rehearsal } from '../../../src/runtime/policies';
import { Registry } from '../../../src/runtime/telemetry';
import { request as policyRequest } from './support';

const SETTINGS = { percent: 10, methods: ['PUT'], timeout: 250, maxFailurePercent: 10 };
const RESPONSE: PolicyResponse = { status: 200, target: 'a:1', tier: 'live', fallback: false, field: () => [] };

function setUp({ renders, settings = SETTINGS }: { renders?: () => boolean; settings?: typeof SETTINGS } = {}) {
  const registry = new Registry();
  const time = { now: 0, chance: 0 };
  const changes: string[] = [];
  const place = { registry, api: 'shop', route: 'all' };
  const source = {
    random: () => time.chance,
    wallClock: () => 1_700_000_000_000 + time.now,
    now: () => time.now,
    renders,
    changed: (state: string) => changes.push(state),
  };
  const policy = new Rehearsal(settings, place, source);
  const ask = (method = 'GET', by = policy) => {
    const course = new Course();
    by.onRequest(policyRequest({ method }), course, time.now);
    return course;
  };
  const value = (name: string, labels = '') =>
    Number(
      new RegExp(`^spillway_${name}\\{api="shop",route="all"${labels}\\} (.*)$`, 'm').exec(registry.render())?.[1],
    );
  return { policy, place, source, time, changes, ask, value };
}

describe('which requests are rehearsed', () => {
  it('is a share, by chance, with a time of their own', () => {
    const { time, ask } = setUp();
    time.chance = 0.099;
    expect(ask().rehearsal?.timeout).toBe(250);
    time.chance = 0.1;
    expect(ask().rehearsal).toBeUndefined();
  });

  it('is all of them at 100 percent, and none at 0', () => {
    const all = setUp({ settings: { ...SETTINGS, percent: 100 } });
    all.time.chance = 1 - Number.EPSILON;
    expect(all.ask().rehearsal).toBeDefined();
    expect(setUp({ settings: { ...SETTINGS, percent: 0 } }).ask().rehearsal).toBeUndefined();
  });

  it('is only those of safe methods, and of those that are listed', () => {
    const { ask } = setUp();
    const rehearsed = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].filter((method) => ask(method).rehearsal !== undefined);
    expect(rehearsed).toEqual(['GET', 'HEAD', 'PUT']);
  });
});

describe('what is told', () => {
  it('is how many went well, how long they took, and when the last did', () => {
    const { time, ask, value } = setUp();
    time.now = 5_000;
    ask().rehearsal?.ended(true, 40);
    time.now = 9_000;
    ask().rehearsal?.ended(false, 250);
    expect([value('rehearsals_total', ',outcome="ok"'), value('rehearsals_total', ',outcome="failed"')]).toEqual([
      1, 1,
    ]);
    expect(value('rehearsal_last_success_timestamp_seconds')).toBe(1_700_000_005);
    expect(value('rehearsal_duration_seconds_sum', ',path="rehearsal"')).toBe(0.04);
    expect(value('rehearsal_duration_seconds_count', ',path="rehearsal"')).toBe(1);
  });

  it('is how long about as many requests of the primary took', () => {
    const { policy, time, ask, value } = setUp();
    const count = () => value('rehearsal_duration_seconds_count', ',path="primary"');
    time.chance = 0.5;
    policy.onResponse(RESPONSE, ask(), 10);
    expect(count()).toBe(0);
    time.chance = 0.95;
    policy.onResponse(RESPONSE, ask(), 10);
    expect([count(), value('rehearsal_duration_seconds_sum', ',path="primary"')]).toEqual([1, 0.01]);
    policy.onResponse({ ...RESPONSE, fallback: true, tier: '' }, ask(), 10);
    expect(count()).toBe(1);
  });

  it('is whether the fallback would answer, at most once a second', () => {
    let well = true;
    const { time, ask, value } = setUp({ renders: () => well });
    ask();
    time.now = 999;
    ask();
    well = false;
    time.now = 1_000;
    ask();
    const counts = () => ['ok', 'failed'].map((outcome) => value('fallback_renders_total', `,outcome="${outcome}"`));
    expect(counts()).toEqual([1, 1]);
  });
});

describe('too many failures', () => {
  it('stop it, which is told once; and some successes after a rest let it go on', () => {
    const { time, changes, ask, value } = setUp();
    for (let i = 0; i < 2; i++) ask().rehearsal?.ended(false, 250);
    expect([changes, value('rehearsal_stopped')]).toEqual([['stopped'], 1]);
    expect(ask().rehearsal).toBeUndefined();
    for (let second = 60; second < 65; second++) {
      time.now = second * 1_000;
      ask().rehearsal?.ended(true, 10);
    }
    expect([changes, value('rehearsal_stopped')]).toEqual([['stopped', 'resumed'], 0]);
    expect(ask().rehearsal).toBeDefined();
  });

  it('are not forgotten with a reload, unless it changes how many are borne', () => {
    const { policy, place, source, ask, value } = setUp();
    for (let i = 0; i < 2; i++) ask().rehearsal?.ended(false, 250);
    const same = new Rehearsal({ ...SETTINGS, percent: 20 }, place, source);
    same.takeOn(policy);
    expect([ask('GET', same).rehearsal, value('rehearsal_stopped')]).toEqual([undefined, 1]);
    const other = new Rehearsal({ ...SETTINGS, maxFailurePercent: 50 }, place, source);
    other.takeOn(policy);
    expect(ask('GET', other).rehearsal).toBeDefined();
    expect(value('rehearsal_stopped')).toBe(0);
  });
});
