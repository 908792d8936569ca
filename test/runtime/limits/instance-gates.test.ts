import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PriorityClass } from '../../../src/model';
import { TierGate } from '../../../src/runtime/limits/tier-gate';
import { GateMetrics, Registry } from '../../../src/runtime/telemetry';
import { TimerWheel } from '../../../src/runtime/timers';
import { Instance } from './instance';

const CLASSES: readonly PriorityClass[] = ['critical', 'normal', 'sheddable'];

/** The gates of one tier in all processes of an instance. */
function gatesOf(processes: number, limit: number, queue: number) {
  const instance = new Instance(processes);
  const gates = instance.processes.map(({ limits }) => {
    const wheel = new TimerWheel(() => instance.now);
    const metrics = new GateMetrics(new Registry(), 'api', 'web');
    return new TierGate(wheel, limits.permits('tier:web', limit), { queue, queueTimeout: 60_000 }, metrics);
  });
  instance.settle();
  return { instance, gates };
}

const step = fc.record({
  which: fc.nat(2),
  kind: fc.constantFrom('come' as const, 'come' as const, 'leave' as const, 'deliver' as const, 'settle' as const),
  priority: fc.constantFrom(...CLASSES),
});

it('lets in no more than the limit in all processes together, and lets nobody but sheddable requests wait while there is room', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(6),
      fc.array(step, { maxLength: 80 }),
      (limit, queue, steps) => {
        const { instance, gates } = gatesOf(3, limit, queue);
        const inside = [0, 0, 0];
        const waiting = [
          new Map<number, PriorityClass>(),
          new Map<number, PriorityClass>(),
          new Map<number, PriorityClass>(),
        ];
        let ids = 0;
        const total = () => inside.reduce((sum, count) => sum + count, 0);
        for (const { which, kind, priority } of steps) {
          const gate = gates[which];
          if (kind === 'come') {
            if (gate.tryEnter(priority)) inside[which] += 1;
            else {
              const id = ids++;
              const over = () => expect(waiting[which].delete(id)).toBe(true);
              waiting[which].set(id, priority);
              const waits = gate.wait(
                {
                  priority,
                  onAdmitted: () => {
                    over();
                    inside[which] += 1;
                  },
                  onTurnedAway: over,
                },
                instance.now,
              );
              if (!waits) over();
            }
          } else if (kind === 'leave' && inside[which] > 0) {
            inside[which] -= 1;
            gate.leave(1, true);
          } else if (kind === 'deliver') {
            instance.deliver(which, 'toLender');
            instance.deliver(which, 'toProcess');
          } else if (kind === 'settle') instance.settle();
          expect(total()).toBeLessThanOrEqual(limit);
        }
        instance.settle();
        const others = waiting.flatMap((all) => [...all.values()]).filter((priority) => priority !== 'sheddable');
        if (others.length > 0) expect(total()).toBe(limit);
        for (const all of waiting) expect(all.size).toBeLessThanOrEqual(queue);
        for (const which of inside.keys()) {
          for (; inside[which] > 0; inside[which] -= 1) gates[which].leave(1, true);
          instance.settle();
        }
        for (let left = 200; left > 0 && waiting.some(({ size }) => size > 0); left--) {
          for (const which of inside.keys()) {
            for (; inside[which] > 0; inside[which] -= 1) gates[which].leave(1, true);
          }
          instance.settle();
        }
        expect(waiting.map(({ size }) => size)).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 1000 },
  );
});
