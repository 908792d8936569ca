import { expect, it } from 'vitest';
import { codesOf } from './codes';

const arm = (name: string, weight: number, tiers = ['live']) => ({ name, weight, tiers });
const split = (...arms: object[]) => codesOf({ split: { arms } });

it('lets an arm rest with weight 0, as long as another one serves', () => {
  expect(split(arm('stable', 1), arm('canary', 0))).toEqual([]);
});

it('finds a split in which no arm serves', () => {
  expect(split(arm('stable', 0), arm('canary', 0))).toEqual(['SPW3011 split.arms']);
});

it('finds two arms of one name, which a cookie could not tell apart', () => {
  expect(split(arm('a', 1), arm('a', 1))).toEqual(['SPW3008 split.arms[1].name']);
});

it('finds a tier twice in one arm, not in two', () => {
  expect(split(arm('a', 1, ['live', 'standby', 'live']), arm('b', 1))).toEqual(['SPW3009 split.arms[0].tiers[2]']);
});
