import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StaleStore, type StoredAnswer } from '../../../src/runtime/fallbacks/stale-store';

const HOUR = 3_600_000;

function answer(body: string, at: number, more: Partial<StoredAnswer> = {}): StoredAnswer {
  const fixed = { status: 200, contentType: undefined, headers: {}, age: 0, usableFor: Infinity, vary: [] };
  return { ...fixed, body: Buffer.from(body), at, ...more };
}

const bodyOf = (found: StoredAnswer | undefined) => found && Buffer.from(found.body).toString();
const none = () => '';
const english = (name: string) => (name === 'accept-language' ? 'en' : '');

it('gives the last answer for a key', () => {
  const store = new StaleStore();
  store.put('/a', answer('1', 0));
  store.put('/a', answer('2', 5));
  store.put('/b', answer('3', 6));
  expect(bodyOf(store.find('/a', none, HOUR, 10))).toBe('2');
  expect(store.answers).toBe(2);
});

it('gives nothing that is older than it may be, and lets go of it', () => {
  const store = new StaleStore();
  store.put('/a', answer('1', 0, { age: 40 }));
  expect(bodyOf(store.find('/a', none, 100, 60))).toBe('1');
  expect(store.find('/a', none, 100, 61)).toBeUndefined();
  expect([store.octets, store.answers]).toEqual([0, 0]);
});

it('gives nothing for longer than its target allows', () => {
  const store = new StaleStore();
  store.put('/a', answer('1', 0, { usableFor: 50 }));
  expect(bodyOf(store.find('/a', none, HOUR, 50))).toBe('1');
  expect(store.find('/a', none, HOUR, 51)).toBeUndefined();
});

it('tells answers apart by the fields that they differ by', () => {
  const store = new StaleStore();
  store.put('/a', answer('english', 0, { vary: [['accept-language', 'en']] }));
  expect(store.find('/a', none, HOUR, 1)).toBeUndefined();
  store.put('/a', answer('none', 1, { vary: [['accept-language', '']] }));
  expect(bodyOf(store.find('/a', english, HOUR, 2))).toBe('english');
  expect(bodyOf(store.find('/a', none, HOUR, 2))).toBe('none');
  expect(store.varyOf('/a')).toContain('accept-language');
});

it('keeps a few answers that differ by fields, the latest', () => {
  const store = new StaleStore();
  for (let i = 0; i < 100; i++) store.put('/a', answer(String(i), i, { vary: [['cookie', String(i)]] }));
  expect(store.answers).toBe(8);
  expect(bodyOf(store.find('/a', () => '99', HOUR, 100))).toBe('99');
  expect(store.find('/a', () => '91', HOUR, 100)).toBeUndefined();
});

it('wants an answer anew once a second', () => {
  const store = new StaleStore();
  expect(store.due('/a', 0)).toBe(true);
  store.put('/a', answer('1', 0));
  expect(store.due('/a', 999)).toBe(false);
  expect(store.due('/a', 1_000)).toBe(true);
});

it('keeps nothing after its end', () => {
  const meter = { value: 0 };
  const store = new StaleStore(undefined, meter);
  store.put('/a', answer('1', 0));
  expect(meter.value).toBeGreaterThan(0);
  store.close();
  store.put('/b', answer('1', 0));
  expect([store.octets, store.answers, meter.value]).toEqual([0, 0, 0]);
});

it('stays within its bounds, lets go of what was asked for longest ago, and knows what it takes up', () => {
  const limits = { octets: 400, answers: 5, body: 100 };
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    size: fc.nat({ max: 120 }),
    find: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const meter = { value: 7 };
      const store = new StaleStore(limits, meter);
      let order: { key: string; size: number }[] = [];
      for (const [now, { key, size, find }] of steps.entries()) {
        const known = order.find((one) => one.key === key);
        if (find) {
          expect(store.find(key, none, HOUR, now)?.body.length).toBe(known?.size);
          if (known !== undefined) order = [...order.filter((one) => one !== known), known];
        } else if (size <= limits.body) {
          store.put(key, answer('x'.repeat(size), now));
          order = [...order.filter((one) => one !== known), { key, size }];
          const octets = () => order.reduce((sum, one) => sum + one.size + 1, 0);
          while (order.length > limits.answers || octets() > limits.octets) order.shift();
        } else {
          store.put(key, answer('x'.repeat(size), now));
        }
        expect(store.answers).toBe(order.length);
        expect(store.octets).toBe(order.reduce((sum, one) => sum + one.size + 1, 0));
        expect(meter.value).toBe(7 + store.octets);
      }
    }),
  );
});
