import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyReader, networkOf } from '../../../src/runtime/policies/request-key';
import { request } from './support';

describe('the key of a request', () => {
  it('is what the description names', () => {
    const asked = request({ fields: { 'x-key': 'k', cookie: 'id=c' }, query: 'user=u&user=v' });
    expect(
      ['clientAddress', 'header:X-Key', 'query:user', 'cookie:id'].map((words) => keyReader(words)(asked)),
    ).toEqual(['@192.0.2.1', '=k', '=u', '=c']);
  });

  it('is the address of the client where the field is missing or empty', () => {
    const asked = request({ fields: { 'x-empty': '' } });
    const words = ['header:X-Key', 'header:X-Empty', 'query:user', 'cookie:id'];
    expect(new Set(words.map((one) => keyReader(one)(asked)))).toEqual(new Set(['@192.0.2.1']));
  });

  it('cannot be made to be the address of another client', () => {
    const read = keyReader('header:x-key');
    const address = read(request({ clientAddress: '192.0.2.9' }));
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(value !== '');
        expect(read(request({ fields: { 'x-key': [value] } }))).not.toBe(address);
      }),
    );
  });

  it('has a bounded length, and is another for another value', () => {
    const read = keyReader('header:x-key');
    const keyOf = (value: string) => read(request({ fields: { 'x-key': [value] } }));
    const long = 'x'.repeat(8_000);
    expect(keyOf(long).length).toBeLessThanOrEqual(65);
    expect(keyOf(`${long}y`)).not.toBe(keyOf(long));
  });

  it('takes all lines of a field', () => {
    expect(keyReader('header:x-key')(request({ fields: { 'x-key': ['a', 'b'] } }))).toBe('=a, b');
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
