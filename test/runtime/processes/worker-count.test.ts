import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { defaultWorkers, readWorkers } from '../../../src/runtime/processes';

it('reads whole numbers from 1 to 1024, and nothing else', () => {
  expect(['1', '2', '1024'].map(readWorkers)).toEqual([1, 2, 1024]);
  for (const text of ['0', '-1', '1025', '1.5', '01', 'two', '', ' 1']) expect(readWorkers(text)).toBeUndefined();
});

it('is one for each core where nobody says', () => {
  expect(defaultWorkers('')).toBe(availableParallelism());
  expect(defaultWorkers('3')).toBe(3);
  expect(() => defaultWorkers('many')).toThrow('SPILLWAY_WORKERS is many');
});
