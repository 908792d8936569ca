import { expect, it } from 'vitest';
import { ServerNames } from '../../../src/runtime/tls/server-names';

function names(...entries: [names: string[], value: string][]): ServerNames<string> {
  const all = new ServerNames<string>();
  for (const [list, value] of entries) all.add(list, value);
  return all;
}

it('prefers the exact name to the wildcard', () => {
  const all = names([['*.shop.test'], 'wild'], [['a.shop.test'], 'exact']);
  expect(['a.shop.test', 'b.shop.test'].map((name) => all.find(name))).toEqual(['exact', 'wild']);
});

it('takes a wildcard for one label, neither for none nor for two', () => {
  const all = names([['*.shop.test'], 'wild']);
  expect(['shop.test', '.shop.test', 'a.b.shop.test', 'a.shop.test'].map((name) => all.find(name))).toEqual([
    undefined,
    undefined,
    undefined,
    'wild',
  ]);
});

it('reads what the client asks for without regard to case', () => {
  expect(names([['shop.test'], 'shop']).find('SHOP.Test')).toBe('shop');
});

it('gives the first of two with the same name', () => {
  expect(names([['a.test'], 'first'], [['a.test', 'b.test'], 'second']).find('a.test')).toBe('first');
});

it('knows nothing of other names', () => {
  const all = names([['a.test'], 'a']);
  expect(['', '.', 'test', 'b.test', '__proto__'].map((name) => all.find(name))).toEqual(Array(5).fill(undefined));
});
