import { expect, it } from 'vitest';
import { Names } from '../../../src/runtime/upstream';

it('gives a literal address as it is', () => {
  const names = new Names(() => Promise.reject(new Error('asked')));
  expect([names.addressesOf('127.0.0.1'), names.addressesOf('::1')]).toEqual([['127.0.0.1'], ['::1']]);
});

it('gives the addresses of a name in turn', async () => {
  const names = new Names(async () => ['10.0.0.1', '10.0.0.2']);
  await names.learn(['web.test']);
  expect(Array.from({ length: 3 }, () => names.addressesOf('web.test'))).toEqual([
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.2', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2'],
  ]);
});

it('keeps the last answer where a lookup fails or finds nothing', async () => {
  const answers = [
    async () => ['10.0.0.1'],
    () => Promise.reject(new Error('down')),
    async () => [],
    async () => ['10.0.0.9'],
  ];
  const names = new Names(() => (answers.shift() as () => Promise<string[]>)());
  const found: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) {
    await names.refresh('web.test');
    found.push(names.addressesOf('web.test')[0]);
  }
  expect(found).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.9']);
});

it('asks once for a name however many want to know', async () => {
  let asked = 0;
  const names = new Names(async () => {
    asked += 1;
    return ['10.0.0.1'];
  });
  await Promise.all([names.refresh('web.test'), names.refresh('web.test'), names.learn(['web.test'])]);
  expect(asked).toBe(1);
});

it('knows nothing of a name that was never found', async () => {
  const names = new Names(() => Promise.reject(new Error('unknown')));
  await names.learn(['web.test']);
  expect(names.addressesOf('web.test')).toEqual([]);
});
