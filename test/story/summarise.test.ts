import { describe, expect, it } from 'vitest';
import type { Sample } from '../../tools/story/load';
import { summarise } from '../../tools/story/story';
import { storyTable } from '../../tools/story/table';

const phase = { title: 'web1 is killed', expected: 'web2' };
const sample = (startedAt: number, endedAt: number, answeredBy?: string, failure?: string): Sample => ({
  startedAt,
  endedAt,
  answeredBy,
  ...(failure ? { failure } : {}),
});

describe('what a phase shows', () => {
  it('counts requests by who answered them, and the failed ones apart', () => {
    const samples = [
      sample(0, 10, 'web1'),
      sample(5, 30, 'web2'),
      sample(10, 40, 'web2'),
      sample(15, 20, undefined, 'reset'),
    ];
    expect(summarise(phase, samples, 0)).toMatchObject({
      requests: 4,
      answers: { web1: 1, web2: 2 },
      failures: ['reset'],
      slowest: 30,
    });
  });

  it('has switched when nobody else answers any more', () => {
    const samples = [sample(0, 10, 'web1'), sample(5, 12, 'web2'), sample(6, 50, 'web1'), sample(55, 60, 'web2')];
    expect(summarise(phase, samples, 0).switchedAfter).toBe(60);
  });

  it('has not switched where the expected one never answers', () => {
    expect(summarise(phase, [sample(0, 10, 'web1')], 0).switchedAfter).toBeUndefined();
  });
});

it('is a table whose columns line up', () => {
  const lines = storyTable([summarise(phase, [sample(0, 10, 'web2')], 0)]).split('\n');
  expect(lines[2]).toContain('web1 is killed   1          0        web2 1');
  expect(lines[0].indexOf('answered by')).toBe(lines[2].indexOf('web2 1'));
});
