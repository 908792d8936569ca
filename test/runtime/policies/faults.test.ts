import { describe, expect, it } from 'vitest';
import { FAULT_LEASE, parseApi } from '../../../src/model';
import { Course, Faults } from '../../../src/runtime/policies';
import { Registry } from '../../../src/runtime/telemetry';
import { request as policyRequest } from './support';

const NOON = Date.parse('2026-06-01T12:00:00Z');

function described(faults: readonly object[]) {
  const pools = { live: { targets: [{ address: '127.0.0.1:1' }] } };
  const routes = { all: { pool: 'live', faults } };
  return parseApi({ version: 1, name: 'shop', listeners: { web: { port: 80 } }, pools, routes }).routes.all.faults;
}

function setUp(...faults: object[]) {
  const registry = new Registry();
  const time = { now: NOON, chance: 0 };
  const source = { random: () => time.chance, wallClock: () => time.now };
  const policy = new Faults(described(faults), { registry, api: 'shop', route: 'all' }, source);
  const meet = (fields: Record<string, string> = {}) => {
    const course = new Course();
    policy.onRequest(policyRequest({ fields }), course);
    return course;
  };
  return { registry, time, source, policy, meet };
}

const ABORT = { abort: { status: 503 } };

describe('a staged failure', () => {
  it('answers in place of the targets, and says why', () => {
    const { answer } = setUp(ABORT).meet();
    expect(answer).toMatchObject({ status: 503, reason: 'fault' });
    expect(answer?.answer).toMatchObject({ contentType: 'application/json', body: '{"error":"staged failure"}' });
  });

  it('delays, and then aborts', () => {
    const course = setUp({ ...ABORT, delay: '250ms' }).meet();
    expect([course.delay, course.answer?.status]).toEqual([250, 503]);
  });

  it('resets the connection', () => {
    const { reset, answer } = setUp({ reset: true }).meet();
    expect([reset, answer]).toEqual([true, undefined]);
  });

  it('slows the body down, to the slowest of several', () => {
    expect(setUp({ bodyRate: '2KB' }, { bodyRate: '1KB' }, { bodyRate: '3KB' }).meet().bodyRate).toBe(1_024);
  });

  it('adds up with others, of which the first decides', () => {
    const course = setUp({ delay: '1s' }, { delay: '2s' }, ABORT, { abort: { status: 500 } }, { reset: true }).meet();
    expect([course.delay, course.answer?.status, course.reset]).toEqual([3_000, 503, false]);
  });

  it('is counted by its kind, once for what was done', () => {
    const { meet, registry } = setUp({ ...ABORT, delay: '1s' }, { reset: true });
    meet();
    const counted = (kind: string) => `spillway_faults_injected_total{api="shop",route="all",kind="${kind}"}`;
    expect(registry.render()).toContain(`${counted('abort')} 1`);
    expect(registry.render()).toContain(`${counted('delay')} 1`);
    expect(registry.render()).toContain(`${counted('reset')} 0`);
  });
});

describe('who meets it', () => {
  it('is a share of the requests, by chance', () => {
    const { time, meet } = setUp({ ...ABORT, percent: 25 });
    time.chance = 0.249;
    expect(meet().decided).toBe(true);
    time.chance = 0.25;
    expect(meet().decided).toBe(false);
  });

  it('is nobody at 0 percent, and everybody at 100', () => {
    expect(setUp({ ...ABORT, percent: 0 }).meet().decided).toBe(false);
    const { time, meet } = setUp(ABORT);
    time.chance = 1 - Number.EPSILON;
    expect(meet().decided).toBe(true);
  });

  it('is only who sends the header field, whatever it holds', () => {
    const { meet } = setUp({ ...ABORT, header: 'X-Fault' });
    expect([meet().decided, meet({ 'x-fault': '' }).decided]).toEqual([false, true]);
  });
});

describe('when it is met', () => {
  const decided = ({ time, meet }: ReturnType<typeof setUp>, at: number) => {
    time.now = at;
    return meet().decided;
  };

  it('is within its window', () => {
    const staged = setUp({ ...ABORT, from: '2026-06-01T13:00:00Z', until: '2026-06-01T14:00:00Z' });
    const [from, until] = [NOON + 3_600_000, NOON + 7_200_000];
    expect([from - 1, from, until - 1, until].map((at) => decided(staged, at))).toEqual([false, true, true, false]);
  });

  it('is never where the window is over', () => {
    expect(setUp({ ...ABORT, until: '2026-06-01T12:00:00Z' }).meet().decided).toBe(false);
  });

  it('ends by itself where nobody says when', () => {
    const staged = setUp(ABORT);
    expect([NOON + FAULT_LEASE - 1, NOON + FAULT_LEASE].map((at) => decided(staged, at))).toEqual([true, false]);
  });

  it('ends by itself after it has begun', () => {
    const staged = setUp({ ...ABORT, from: '2026-06-01T13:00:00Z' });
    const from = NOON + 3_600_000;
    expect([from + FAULT_LEASE - 1, from + FAULT_LEASE].map((at) => decided(staged, at))).toEqual([true, false]);
  });

  it('ends no later because the description is loaded again, while what is new in it has its own time', () => {
    const { time, source, policy, registry } = setUp(ABORT);
    time.now = NOON + FAULT_LEASE / 2;
    const again = new Faults(described([ABORT, { reset: true }]), { registry, api: 'shop', route: 'all' }, source);
    again.takeOn(policy);
    time.now = NOON + FAULT_LEASE;
    const course = new Course();
    again.onRequest(policyRequest(), course);
    expect([course.answer, course.reset]).toEqual([undefined, true]);
  });

  it('begins anew where it is another failure', () => {
    const first = setUp(ABORT);
    first.time.now = NOON + FAULT_LEASE;
    const place = { registry: first.registry, api: 'shop', route: 'all' };
    const other = new Faults(described([{ abort: { status: 500 } }]), place, first.source);
    other.takeOn(first.policy);
    const course = new Course();
    other.onRequest(policyRequest(), course);
    expect(course.answer?.status).toBe(500);
  });
});
