import { expect, it } from 'vitest';
import { codesOf } from './codes';

const fault = (words: object) => codesOf({ pool: 'live', faults: [{ reset: true, ...words }] });
const [MAY, JUNE] = ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z'];

it('warns of a staged failure that does not say when it ends', () => {
  expect(fault({})).toEqual(['SPW5003 faults[0]']);
  expect(fault({ from: MAY })).toEqual(['SPW5003 faults[0]']);
});

it('is content with an end, or with a failure that nobody meets', () => {
  expect(fault({ until: JUNE })).toEqual([]);
  expect(fault({ percent: 0 })).toEqual([]);
});

it('finds one that ends before it begins, or at once', () => {
  expect(fault({ from: MAY, until: JUNE })).toEqual([]);
  expect(fault({ from: JUNE, until: MAY })).toEqual(['SPW3008 faults[0].until']);
  expect(fault({ from: MAY, until: MAY })).toEqual(['SPW3008 faults[0].until']);
});
