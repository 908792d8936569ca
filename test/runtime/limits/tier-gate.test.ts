import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PriorityClass } from '../../../src/model';
import { OwnPermits } from '../../../src/runtime/limits/own-permits';
import { TierGate } from '../../../src/runtime/limits/tier-gate';
import { GateMetrics, Registry } from '../../../src/runtime/telemetry';
import { TimerWheel } from '../../../src/runtime/timers';
import type { Waiter } from '../../../src/runtime/upstream';

const CLASSES: readonly PriorityClass[] = ['critical', 'normal', 'sheddable'];
const rank = (priority: PriorityClass) => CLASSES.indexOf(priority);
/** How many of a limit sheddable requests may fill. */
const open = (limit: number) => Math.max(1, Math.floor(limit * 0.9));

let now = 0;
let wheel: TimerWheel;
let registry: Registry;
/** What waiters were told, in order. */
let told: string[];

beforeEach(() => {
  now = 0;
  wheel = new TimerWheel(() => now);
  registry = new Registry();
  told = [];
});

/** Lets time pass, as the wheel would on its own. */
function pass(ms: number): void {
  for (const end = now + ms; now < end; ) {
    now = Math.min(end, now + 10);
    wheel.advance();
  }
}

function gateOf(limit: number, queue: number, queueTimeout = 500) {
  const permits = new OwnPermits(limit);
  const metrics = new GateMetrics(registry, 'api', 'web');
  const settings = { queue, queueTimeout };
  const gate = new TierGate(wheel, permits, settings, metrics);
  const setLimit = (most: number) => {
    permits.limit = most;
    gate.adopt(settings);
  };
  return { permits, gate, setLimit };
}

function waiter(name: string, priority: PriorityClass = 'normal'): Waiter {
  return {
    priority,
    onAdmitted: () => told.push(`${name} in`),
    onTurnedAway: (why) => told.push(`${name} ${why}`),
  };
}

const metric = (name: string) =>
  new RegExp(`^${name} (.*)$`, 'm').exec(registry.render().replaceAll(/\{.*?\}/g, ''))?.[1];

describe('a gate', () => {
  it('lets in as many as the limit says, and the next when one leaves', () => {
    const { gate } = gateOf(2, 5);
    expect([1, 2, 3].map(() => gate.tryEnter('normal'))).toEqual([true, true, false]);
    expect(gate.wait(waiter('a'), now)).toBe(true);
    expect(told).toEqual([]);
    gate.leave(0, false);
    expect(told).toEqual(['a in']);
    expect(gate.tryEnter('normal')).toBe(false);
  });

  it('lets critical requests in first, then normal ones, each in the order in which they came', () => {
    const { gate } = gateOf(1, 9);
    gate.tryEnter('normal');
    for (const [name, priority] of [
      ['s1', 'sheddable'],
      ['n1', 'normal'],
      ['c1', 'critical'],
      ['n2', 'normal'],
      ['c2', 'critical'],
    ] as const)
      gate.wait(waiter(name, priority), now);
    for (let i = 0; i < 5; i++) gate.leave(0, false);
    expect(told).toEqual(['c1 in', 'c2 in', 'n1 in', 'n2 in', 's1 in']);
  });

  it('turns away whoever comes to a full queue, unless it goes before one who waits', () => {
    const { gate } = gateOf(1, 2);
    gate.tryEnter('normal');
    gate.wait(waiter('s1', 'sheddable'), now);
    gate.wait(waiter('n1'), now);
    expect(gate.wait(waiter('s2', 'sheddable'), now)).toBe(false);
    expect(gate.wait(waiter('n2'), now)).toBe(true);
    expect(gate.wait(waiter('n3'), now)).toBe(false);
    expect(gate.wait(waiter('c1', 'critical'), now)).toBe(true);
    expect(told).toEqual(['s1 displaced', 'n2 displaced']);
  });

  it('turns away whoever has waited too long, and nobody who has not', () => {
    const { gate } = gateOf(1, 5, 100);
    gate.tryEnter('normal');
    gate.wait(waiter('a'), now);
    pass(60);
    gate.wait(waiter('b', 'critical'), now);
    pass(60);
    expect(told).toEqual(['a queueTimeout']);
    pass(60);
    expect(told).toEqual(['a queueTimeout', 'b queueTimeout']);
  });

  it('says nothing to one who has left the queue', () => {
    const { gate } = gateOf(1, 5, 100);
    const gone = waiter('a');
    gate.tryEnter('normal');
    gate.wait(gone, now);
    gate.cancel(gone);
    gate.leave(0, false);
    pass(200);
    expect(told).toEqual([]);
    expect(gate.tryEnter('normal')).toBe(true);
  });

  it('keeps the last places of a limit from sheddable requests, but not the only one', () => {
    const { gate } = gateOf(20, 5);
    const entered = Array.from({ length: 20 }, () => gate.tryEnter('sheddable')).filter(Boolean);
    expect(entered).toHaveLength(18);
    gate.wait(waiter('s', 'sheddable'), now);
    expect([gate.tryEnter('critical'), gate.tryEnter('normal'), gate.tryEnter('critical')]).toEqual([
      true,
      true,
      false,
    ]);
    gate.leave(0, false);
    gate.leave(0, false);
    expect(told).toEqual([]);
    gate.leave(0, false);
    expect(told).toEqual(['s in']);
    expect(gateOf(1, 0).gate.tryEnter('sheddable')).toBe(true);
  });

  it('lets in those who wait when the limit grows, and nobody more while it is too small', () => {
    const { gate, setLimit } = gateOf(3, 5);
    for (let i = 0; i < 3; i++) gate.tryEnter('normal');
    gate.wait(waiter('a'), now);
    gate.wait(waiter('b'), now);
    setLimit(1);
    gate.leave(0, false);
    gate.leave(0, false);
    expect(told).toEqual([]);
    setLimit(3);
    expect(told).toEqual(['a in', 'b in']);
  });

  it('can be left by one who was just let in, before the others are told', () => {
    const { gate } = gateOf(1, 1_000_000);
    gate.tryEnter('normal');
    let left = 0;
    for (let i = 0; i < 50_000; i++) {
      const onAdmitted = () => {
        left += 1;
        gate.leave(0, false);
      };
      gate.wait({ priority: 'normal', onAdmitted, onTurnedAway: () => {} }, now);
    }
    gate.leave(0, false);
    expect(left).toBe(50_000);
    expect(gate.tryEnter('normal')).toBe(true);
  });

  it('measures from when a request was let in, not from the last tick of the clock', () => {
    const { gate } = gateOf(1, 1);
    gate.tryEnter('normal');
    let at = 0;
    gate.wait({ priority: 'normal', onAdmitted: () => (at = wheel.now), onTurnedAway: () => {} }, now);
    now = 7;
    gate.leave(0, false);
    expect(at).toBe(7);
  });

  it('tells how many are inside, how many wait, and who found no place', () => {
    const { gate } = gateOf(1, 1, 100);
    gate.tryEnter('normal');
    gate.wait(waiter('a'), now);
    expect(gate.wait(waiter('b'), now)).toBe(false);
    expect([metric('spillway_concurrency_in_flight'), metric('spillway_queue_length')]).toEqual(['1', '1']);
    pass(120);
    gate.leave(0, false);
    expect([metric('spillway_concurrency_in_flight'), metric('spillway_queue_length')]).toEqual(['0', '0']);
    const overflows = registry.render().match(/^spillway_tier_overflows_total.*$/gm);
    expect(overflows).toEqual([
      'spillway_tier_overflows_total{api="api",tier="web",reason="queueFull"} 1',
      'spillway_tier_overflows_total{api="api",tier="web",reason="queueTimeout"} 1',
    ]);
  });
});

describe('a gate whose permits are on loan', () => {
  /** Permits of an instance that has not answered yet. */
  function asking() {
    const made = gateOf(1, 0);
    const { permits } = made;
    let exhausted = false;
    Object.defineProperty(permits, 'exhausted', { get: () => exhausted });
    const answer = (more: boolean) => {
      exhausted = !more;
      if (!more) return permits.user?.onNone();
      permits.inUse -= 1;
      permits.user?.onMore();
    };
    made.gate.tryEnter('normal');
    return { ...made, answer };
  }

  it('lets a request wait for the answer of the instance, whatever the queue', () => {
    const { gate, answer } = asking();
    expect(gate.wait(waiter('a'), now)).toBe(true);
    answer(true);
    expect(told).toEqual(['a in']);
  });

  it('turns those away that the queue has no place for once nothing is left', () => {
    const { gate, answer } = asking();
    gate.wait(waiter('a'), now);
    answer(false);
    expect(told).toEqual(['a queueFull']);
    expect(gate.wait(waiter('b'), now)).toBe(false);
  });

  it('asks for no places that those who wait may not take', () => {
    const { gate, permits } = gateOf(10, 5);
    const wanted: number[] = [];
    permits.want = (waiting) => wanted.push(waiting);
    for (let i = 0; i < 9; i++) gate.tryEnter('sheddable');
    gate.wait(waiter('s', 'sheddable'), now);
    expect(wanted.at(-1)).toBe(0);
    gate.tryEnter('critical');
    gate.wait(waiter('n'), now);
    expect(wanted.at(-1)).toBe(1);
    gate.leave(0, false);
    expect([told, wanted.at(-1)]).toEqual([['n in'], 0]);
    gate.leave(0, false);
    gate.leave(0, false);
    expect(told).toEqual(['n in', 's in']);
  });

  it('lets no more wait for an answer than could be let in', () => {
    const { gate } = asking();
    expect([gate.wait(waiter('a'), now), gate.wait(waiter('b'), now)]).toEqual([true, false]);
  });
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('come' as const), priority: fc.constantFrom(...CLASSES) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('leave' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 12 }) }) },
);

it('never lets in more than the limit, leaves no place free while somebody waits for it, keeps the order, and answers everybody once', () => {
  const steps = fc.array(step, { maxLength: 120 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(6), steps, (start, queue, list) => {
      now = 0;
      wheel = new TimerWheel(() => now);
      const { gate, permits, setLimit } = gateOf(start, queue, 100);
      const waiting: { id: number; priority: PriorityClass; since: number; waiter: Waiter }[] = [];
      const answered = new Map<number, number>();
      let limit = start;
      let inside = 0;
      let ids = 0;
      const out = (id: number) => {
        const at = waiting.findIndex((one) => one.id === id);
        expect(at, 'who is told did wait').toBeGreaterThanOrEqual(0);
        answered.set(id, (answered.get(id) ?? 0) + 1);
        return waiting.splice(at, 1)[0];
      };
      const come = (priority: PriorityClass) => {
        if (gate.tryEnter(priority)) {
          expect(waiting.filter((one) => rank(one.priority) <= rank(priority))).toEqual([]);
          inside += 1;
          expect(inside).toBeLessThanOrEqual(limit);
          return;
        }
        const id = ids++;
        const one: Waiter = {
          priority,
          onAdmitted: () => {
            const { since } = out(id);
            const before = waiting.filter(
              (other) => rank(other.priority) < rank(priority) || (other.priority === priority && other.since < since),
            );
            expect(before).toEqual([]);
            inside += 1;
            expect(inside).toBeLessThanOrEqual(limit);
          },
          onTurnedAway: (why) => {
            const { since } = out(id);
            if (why === 'queueTimeout') expect(now - since).toBeGreaterThanOrEqual(100);
            if (why === 'displaced')
              expect(waiting.filter((other) => rank(other.priority) > rank(priority))).toEqual([]);
          },
        };
        waiting.push({ id, priority, since: now, waiter: one });
        const total = answered.size;
        if (!gate.wait(one, now)) {
          waiting.splice(
            waiting.findIndex((other) => other.id === id),
            1,
          );
          expect(answered.size).toBe(total);
        }
        expect(answered.has(id)).toBe(false);
      };
      for (const what of list) {
        if (what.kind === 'come') come(what.priority);
        else if (what.kind === 'leave' && inside > 0) {
          inside -= 1;
          gate.leave(1, true);
        } else if (what.kind === 'cancel' && waiting.length > 0) {
          const [one] = waiting.splice(what.which % waiting.length, 1);
          gate.cancel(one.waiter);
          answered.set(one.id, 1);
        } else if (what.kind === 'pass') pass(what.ms);
        else if (what.kind === 'limit') {
          limit = what.limit;
          setLimit(limit);
        }
        expect(permits.inUse).toBe(inside);
        expect(waiting.length).toBeLessThanOrEqual(queue);
        const others = waiting.filter(({ priority }) => priority !== 'sheddable');
        if (others.length > 0) expect(inside).toBeGreaterThanOrEqual(limit);
        else if (waiting.length > 0) expect(inside).toBeGreaterThanOrEqual(open(limit));
      }
      pass(200);
      while (inside > 0) {
        inside -= 1;
        gate.leave(1, true);
      }
      expect(waiting).toEqual([]);
      expect([...answered.values()].every((times) => times === 1)).toBe(true);
      expect(answered.size).toBeLessThanOrEqual(ids);
    }),
    { numRuns: 500 },
  );
});
