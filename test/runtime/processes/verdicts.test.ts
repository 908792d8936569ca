import { expect, it } from 'vitest';
import type { Api } from '../../../src/model';
import { apiOf, RARE_CHECK } from '../support/serve';
import { Watched } from '../support/watched';

function apiWith(words: object): Api {
  return apiOf({
    pools: {
      web: {
        targets: [1, 2, 3, 4].map((i) => ({ address: `127.0.0.1:${i}` })) as never,
        healthCheck: RARE_CHECK,
        ...words,
      },
    },
    routes: { all: { pool: 'web' } },
  });
}

/** A primary and its workers, and messages between them that take their time. */
class Instance {
  private constructor(
    readonly primary: Watched,
    readonly workers: readonly Watched[],
  ) {}

  static async open(api: Api): Promise<Instance> {
    const workers = await Promise.all([0, 1, 2].map(() => Watched.open(api, 1 / 3)));
    return new Instance(await Watched.open(api), workers);
  }

  /** Delivers what was told, as crew and primary do. */
  deliver(): void {
    const told = this.workers.map(({ verdicts }) => verdicts.splice(0));
    for (const [from, verdicts] of told.entries()) {
      for (const verdict of verdicts) {
        const { watch } = this.primary;
        if (watch.admits(verdict)) {
          watch.told(verdict);
          for (const [to, worker] of this.workers.entries()) if (to !== from) worker.watch.told(verdict);
        } else this.workers[from].watch.told({ kind: 'returned', pool: verdict.pool, key: verdict.key });
      }
    }
  }

  get available(): number[][] {
    return [this.primary, ...this.workers].map(({ available }) => available);
  }

  pass(milliseconds: number): void {
    for (const one of [this.primary, ...this.workers]) one.pass(milliseconds);
    this.deliver();
  }
}

const all = (places: number[]) => Array(4).fill(places);
const EJECTION = { outlierEjection: { consecutiveFailures: 2, baseTime: '30s' } };

it('an ejection holds for the whole instance, and is told and counted once', async () => {
  const instance = await Instance.open(apiWith(EJECTION));
  instance.workers[0].send(2, 'xx');
  instance.deliver();
  expect(instance.available).toEqual(all([0, 1, 3]));
  instance.pass(30_100);
  expect(instance.available).toEqual(all([0, 1, 2, 3]));
  expect(instance.primary.events).toMatchObject([{ state: 'ejected', ms: 30_000 }, { state: 'returned' }]);
  instance.workers[1].send(2, 'xx');
  instance.deliver();
  expect(instance.primary.events.at(-1)).toMatchObject({ state: 'ejected', ms: 60_000 });
});

it('two workers that eject the same target at once eject it once', async () => {
  const instance = await Instance.open(apiWith(EJECTION));
  for (const worker of instance.workers) worker.send(2, 'xx');
  instance.deliver();
  expect(instance.available).toEqual(all([0, 1, 3]));
  expect(instance.primary.events).toHaveLength(1);
});

it('workers that eject more at once than may be take the last ones back', async () => {
  const instance = await Instance.open(apiWith(EJECTION));
  for (const [place, worker] of instance.workers.entries()) worker.send(place, 'xx');
  instance.deliver();
  expect(instance.available).toEqual(all([2, 3]));
  const few = await Instance.open(apiWith({ outlierEjection: { consecutiveFailures: 2, maxPercent: 100 } }));
  few.workers[0].send(3, 'xx');
  few.deliver();
  for (const [place, worker] of few.workers.entries()) worker.send(place, 'xx');
  few.deliver();
  expect(few.available).toEqual(all([2]));
});

it('a worker that begins later knows what holds', async () => {
  const instance = await Instance.open(
    apiWith({ ...EJECTION, circuitBreaker: { minimumRequests: 2, openFor: '10s' } }),
  );
  instance.workers[0].send(2, 'xx');
  instance.workers[0].send(1, '.x');
  instance.deliver();
  instance.pass(4_000);
  const late = await Watched.open(apiWith({ ...EJECTION, circuitBreaker: { minimumRequests: 2, openFor: '10s' } }));
  for (const verdict of instance.primary.watch.verdicts) late.watch.told(verdict);
  expect(late.available).toEqual([0, 3]);
  late.pass(5_900);
  expect(late.available).toEqual([0, 3]);
  late.pass(200);
  expect(late.available).toEqual([0, 1, 3]);
  late.pass(20_000);
  expect(late.available).toEqual([0, 1, 2, 3]);
});

it('a breaker opens and closes for the whole instance', async () => {
  const instance = await Instance.open(
    apiWith({ circuitBreaker: { minimumRequests: 4, openFor: '5s', trialRequests: 3 } }),
  );
  instance.workers[0].send(1, 'xxxx');
  instance.deliver();
  expect(instance.available).toEqual(all([0, 2, 3]));
  instance.pass(5_100);
  // Each lets its part of the trickle through.
  const [, worker] = instance.workers;
  worker.targets[1].began();
  expect(instance.available).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
    [0, 2, 3],
    [0, 1, 2, 3],
  ]);
  instance.workers[0].send(1, '...');
  instance.deliver();
  const states = [instance.primary, ...instance.workers].map(({ targets }) => targets[1].traffic.judge?.breaker?.state);
  expect(states).toEqual(['closed', 'closed', 'closed', 'closed']);
  expect(instance.primary.events.map((event) => 'state' in event && event.state)).toEqual([
    'open',
    'halfOpen',
    'closed',
  ]);
});
