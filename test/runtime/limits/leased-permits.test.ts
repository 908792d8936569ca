import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERMIT_ANSWER_MS, type Permits } from '../../../src/runtime/limits';
import { Instance } from './instance';

const KEY = 'listener:web';

/** One process that takes permits, waits for them a moment where it is not clear that there are none, and gives them back. */
class Taker {
  readonly permits: Permits;
  waiting = 0;
  refused = 0;

  constructor(
    private readonly instance: Instance,
    which: number,
    limit: number,
    onNone = () => {},
  ) {
    this.permits = instance.processes[which].limits.permits(KEY, limit);
    this.permits.user = {
      onMore: () => {
        while (this.waiting > 0 && this.permits.tryAcquire()) this.waiting -= 1;
        this.permits.want(this.waiting);
      },
      onNone: () => {
        onNone();
        this.refused += this.waiting;
        this.waiting = 0;
        this.permits.want(0);
      },
    };
  }

  /** @returns whether it is clear at once */
  take(): boolean {
    if (this.permits.tryAcquire()) return true;
    if (this.permits.exhausted) {
      this.refused += 1;
      return true;
    }
    this.waiting += 1;
    this.permits.want(this.waiting);
    return false;
  }

  release(): void {
    if (this.permits.inUse > 0) this.permits.release();
  }

  takeMany(count: number): void {
    for (let i = 0; i < count; i++) this.take();
    this.instance.settle();
  }
}

function instanceOf(processes: number, limit: number): { instance: Instance; takers: Taker[] } {
  const instance = new Instance(processes);
  const takers = instance.processes.map((_, which) => new Taker(instance, which, limit));
  instance.settle();
  return { instance, takers };
}

const inUse = (takers: readonly Taker[]) => takers.reduce((sum, { permits }) => sum + permits.inUse, 0);

/** Permits that are on their way between a process and the lender. */
function travelling({ processes }: Instance): number {
  let count = 0;
  for (const { toLender, toProcess } of processes) {
    for (const message of toLender) if (message.kind === 'give') count += message.count;
    for (const message of toProcess) if (message.kind === 'grant') count += message.count;
  }
  return count;
}

describe('far from the limit', () => {
  it('says nothing while a process takes and releases', () => {
    const { instance, takers } = instanceOf(2, 1000);
    takers[0].takeMany(1);
    for (let i = 0; i < 200; i++) takers[0].take();
    for (let i = 0; i < 200; i++) takers[0].release();
    expect(instance.underWay).toBe(0);
  });

  it('has more brought before a process has none to spare', () => {
    const { instance, takers } = instanceOf(2, 1000);
    for (const taker of takers) taker.takeMany(1);
    for (let i = 0; i < 900; i++) {
      expect(takers[0].permits.tryAcquire()).toBe(true);
      instance.settle();
    }
  });
});

describe('at the limit', () => {
  it.each([1, 2, 3, 50, 1000])('lets one process have all %i of them, where the others have no use', (limit) => {
    const { takers } = instanceOf(3, limit);
    takers[1].takeMany(limit + 20);
    expect([takers[1].permits.inUse, takers[1].refused]).toEqual([limit, 20]);
  });

  it('does not ask again and again where the instance has none', () => {
    const { instance, takers } = instanceOf(2, 10);
    takers[0].takeMany(11);
    for (let i = 0; i < 100; i++) expect(takers[0].take()).toBe(true);
    expect(instance.underWay).toBe(0);
    expect(takers[0].refused).toBe(101);
  });

  it('lets the next one in once any process has released one', () => {
    const { instance, takers } = instanceOf(2, 4);
    takers[0].takeMany(5);
    takers[1].takeMany(1);
    expect(takers[1].refused).toBe(1);
    takers[0].release();
    instance.settle();
    takers[1].takeMany(1);
    expect([takers[0].permits.inUse, takers[1].permits.inUse]).toEqual([3, 1]);
  });

  it('gives those who wait on the next ones, whichever process releases them', () => {
    const { instance, takers } = instanceOf(2, 4);
    takers[0].takeMany(4);
    const { permits } = takers[1];
    let served = 0;
    permits.user = {
      onMore: () => {
        while (served < 3 && permits.tryAcquire()) served += 1;
        permits.want(3 - served);
      },
      onNone: () => {},
    };
    permits.want(3);
    instance.settle();
    for (let i = 1; i <= 3; i++) {
      takers[0].release();
      instance.settle();
      expect(served).toBe(i);
    }
  });

  it('falls silent again once there is enough for everybody', () => {
    const { instance, takers } = instanceOf(2, 100);
    takers[0].takeMany(101);
    for (let i = 0; i < 50; i++) takers[0].release();
    takers[1].takeMany(1);
    takers[1].takeMany(1);
    for (let i = 0; i < 10; i++) {
      expect(takers[1].permits.tryAcquire()).toBe(true);
      takers[1].release();
    }
    expect(instance.underWay).toBe(0);
  });
});

describe('a lender that does not answer', () => {
  it('has whoever waits refused after a while, and what it says later counts', () => {
    const { instance, takers } = instanceOf(2, 10);
    for (let i = 0; i < 2; i++) takers[0].take();
    expect(takers[0].waiting).toBe(2);
    instance.pass(PERMIT_ANSWER_MS - 1);
    expect(takers[0].refused).toBe(0);
    instance.pass(1);
    expect([takers[0].refused, takers[0].permits.exhausted]).toEqual([2, true]);
    instance.settle();
    takers[0].takeMany(12);
    expect([takers[0].permits.inUse, takers[0].refused]).toEqual([10, 4]);
  });
});

describe('a process that dies', () => {
  it('gives back all that it held', () => {
    const { instance, takers } = instanceOf(2, 10);
    takers[0].takeMany(10);
    instance.die(0);
    instance.settle();
    takers[1].takeMany(11);
    expect([takers[1].permits.inUse, takers[1].refused]).toEqual([10, 1]);
  });
});

describe('another limit', () => {
  it('that is lower leaves what is in use, and gives none until that is below', () => {
    const { instance, takers } = instanceOf(2, 10);
    takers[0].takeMany(5);
    takers[1].takeMany(3);
    for (const { limits } of instance.processes) limits.permits(KEY, 4);
    instance.settle();
    takers[1].takeMany(1);
    expect([inUse(takers), takers[1].refused]).toEqual([8, 1]);
    for (let i = 0; i < 5; i++) takers[0].release();
    instance.settle();
    takers[1].takeMany(3);
    expect([inUse(takers), takers[1].refused]).toEqual([4, 3]);
  });

  it('that is higher is for all at once', () => {
    const { instance, takers } = instanceOf(2, 4);
    takers[0].takeMany(5);
    for (const { limits } of instance.processes) limits.permits(KEY, 100);
    instance.settle();
    takers[1].takeMany(100);
    expect([takers[1].permits.inUse, takers[1].refused]).toEqual([96, 4]);
  });

  it('that comes where some were in use before counts them', () => {
    const { instance, takers } = instanceOf(2, 5);
    takers[0].permits.occupy(7);
    instance.settle();
    takers[1].takeMany(1);
    expect(takers[1].refused).toBe(1);
    for (let i = 0; i < 3; i++) takers[0].release();
    instance.settle();
    takers[1].takeMany(2);
    expect(inUse(takers)).toBe(5);
  });

  it.each([
    ['comes where some were in use', undefined, 12, 0],
    ['is lower', 20, 6, 6],
  ])('that %s holds as soon as the lender knows, though others have not heard of it', (_, before, first, second) => {
    const instance = new Instance(2);
    const takers = before === undefined ? [] : [0, 1].map((which) => new Taker(instance, which, before));
    if (before !== undefined) {
      takers[0].takeMany(first);
      takers[1].takeMany(second);
    }
    for (const which of [0, 1]) takers[which] = new Taker(instance, which, 10);
    if (before === undefined) takers[0].permits.occupy(first);
    for (const which of [0, 1])
      while (instance.processes[which].toLender.length > 0) instance.deliver(which, 'toLender');
    takers[1].take();
    instance.settle();
    expect([takers[1].permits.inUse, takers[1].refused]).toEqual([second, 1]);
  });

  it('is none once it is left out, and counts again what is in use should it come back', () => {
    const { instance, takers } = instanceOf(2, 5);
    takers[0].takeMany(3);
    for (const { limits } of instance.processes) {
      limits.sweep();
      limits.sweep();
    }
    instance.settle();
    const again = new Taker(instance, 1, 5);
    again.takeMany(5);
    expect([again.permits.inUse, again.refused]).toEqual([2, 3]);
  });
});

describe('whatever happens, in whatever order messages arrive', { timeout: 60_000 }, () => {
  const step = (processes: number) => {
    const which = fc.nat(processes - 1);
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('take' as const), which, times: fc.integer({ min: 1, max: 9 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('release' as const), which, times: fc.integer({ min: 1, max: 9 }) }),
      },
      {
        weight: 12,
        arbitrary: fc.record({
          kind: fc.constant('deliver' as const),
          which,
          way: fc.constantFrom('toLender' as const, 'toProcess' as const),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), which }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const), which }) },
    );
  };
  const story = fc
    .record({ processes: fc.integer({ min: 2, max: 4 }), limit: fc.integer({ min: 1, max: 40 }) })
    .chain(({ processes, limit }) =>
      fc.record({
        processes: fc.constant(processes),
        limit: fc.constant(limit),
        steps: fc.array(step(processes), { maxLength: 150 }),
      }),
    );

  it('never are more in use than the limit, is nobody refused while one is idle, and is none lost at the end', () => {
    fc.assert(
      fc.property(story, ({ processes, limit, steps }) => {
        const instance = new Instance(processes);
        const takers: Taker[] = [];
        // At the moment of a refusal, all that is not in use is on its way between two processes.
        const check = () => expect(limit - inUse(takers)).toBeLessThanOrEqual(travelling(instance));
        const make = (which: number) => {
          takers[which] = new Taker(instance, which, limit, check);
        };
        for (let which = 0; which < processes; which++) make(which);
        for (const one of steps) {
          const taker = takers[one.which];
          if (one.kind === 'take') for (let i = 0; i < one.times; i++) taker.take();
          else if (one.kind === 'release') for (let i = 0; i < one.times; i++) taker.release();
          else if (one.kind === 'deliver') instance.deliver(one.which, one.way);
          else if (one.kind === 'die') {
            instance.die(one.which);
            make(one.which);
          } else {
            instance.settle();
            const refused = taker.refused;
            taker.takeMany(1);
            if (taker.refused > refused) expect(inUse(takers)).toBe(limit);
          }
          expect(inUse(takers)).toBeLessThanOrEqual(limit);
        }
        instance.settle();
        for (const taker of takers) while (taker.permits.inUse > 0) taker.release();
        instance.settle();
        takers[0].takeMany(limit + 1);
        expect(takers[0].permits.inUse).toBe(limit);
      }),
      { numRuns: 2000 },
    );
  });

  it('ends a change of the limit with the new one, and nothing lost', () => {
    fc.assert(
      fc.property(
        story,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
        ({ processes, limit, steps }, next) => {
          const instance = new Instance(processes);
          const takers = instance.processes.map((_, which) => new Taker(instance, which, limit));
          const limits = [limit, ...next];
          const part = Math.ceil(steps.length / limits.length);
          for (const [i, now] of limits.entries()) {
            const before = inUse(takers);
            for (const { limits: own } of instance.processes) own.permits(KEY, now);
            instance.settle();
            for (const one of steps.slice(i * part, (i + 1) * part)) {
              const taker = takers[one.which];
              if (one.kind === 'take') for (let n = 0; n < one.times; n++) taker.take();
              else if (one.kind === 'release') for (let n = 0; n < one.times; n++) taker.release();
              else if (one.kind === 'deliver') instance.deliver(one.which, one.way);
              expect(inUse(takers)).toBeLessThanOrEqual(Math.max(now, before));
            }
            instance.settle();
          }
          for (const taker of takers) while (taker.permits.inUse > 0) taker.release();
          instance.settle();
          takers[0].takeMany(41);
          expect(takers[0].permits.inUse).toBe(limits.at(-1));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
