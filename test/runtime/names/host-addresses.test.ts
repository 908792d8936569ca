import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { HostAddresses } from '../../../src/runtime/names/host-addresses';

let addresses: HostAddresses;
beforeEach(() => {
  addresses = new HostAddresses();
});

it('mixes the families, IPv6 first, and begins with another address each time', () => {
  addresses.take(4, ['10.0.0.1', '10.0.0.2']);
  addresses.take(6, ['fd00::1', 'fd00::2', 'fd00::3']);
  expect([addresses.inOrder(0), addresses.inOrder(0)]).toEqual([
    ['fd00::1', '10.0.0.1', 'fd00::2', '10.0.0.2', 'fd00::3'],
    ['fd00::2', '10.0.0.2', 'fd00::3', '10.0.0.1', 'fd00::1'],
  ]);
});

it('puts an address last that did not answer, for half a minute or until it answers', () => {
  addresses.take(4, ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  const first = (now: number) => [0, 1, 2].map(() => addresses.inOrder(now)[0]);
  addresses.tried('10.0.0.2', false, 0);
  expect(first(29_999)).not.toContain('10.0.0.2');
  expect(addresses.inOrder(29_999)).toContain('10.0.0.2');
  expect(first(30_000)).toContain('10.0.0.2');
  addresses.tried('10.0.0.2', false, 40_000);
  addresses.tried('10.0.0.2', true, 40_001);
  expect(first(40_002)).toContain('10.0.0.2');
});

it('tells whether an answer changes anything, whatever its order', () => {
  expect(addresses.take(4, ['10.0.0.2', '10.0.0.1'])).toBe(true);
  expect(addresses.take(4, ['10.0.0.1', '10.0.0.2', '10.0.0.2'])).toBe(false);
  expect(addresses.take(4, ['10.0.0.1'])).toBe(true);
  expect(addresses.all).toEqual(['10.0.0.1']);
});

it('gives every address once, whatever was tried', () => {
  const v4 = fc.uniqueArray(fc.ipV4(), { maxLength: 6 });
  const v6 = fc.uniqueArray(fc.ipV6(), { maxLength: 6 });
  const tries = fc.array(fc.tuple(fc.nat(11), fc.boolean()));
  fc.assert(
    fc.property(v4, v6, tries, (four, six, tried) => {
      const host = new HostAddresses();
      host.take(4, four);
      host.take(6, six);
      const all = [...four, ...six].sort();
      for (const [index, answered] of tried) {
        host.tried(all[index] ?? 'unknown', answered, 0);
        expect(host.inOrder(1).sort()).toEqual(all);
      }
    }),
  );
});
