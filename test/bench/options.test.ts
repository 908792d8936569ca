import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../bench/options';

const NAMES = ['small', 'tls', 'reload'];
const parse = (...args: string[]) => parseOptions(args, NAMES, 'RESULTS.md');

describe('options of the benchmark', () => {
  it('ask for everything, and a report in the file of results', () => {
    expect(parse()).toMatchObject({ only: NAMES, report: 'RESULTS.md', smoke: false });
  });

  it('pick measurements, whose report is not taken for one of everything', () => {
    expect(parse('--only', 'reload,small')).toMatchObject({ only: ['small', 'reload'], report: undefined });
  });

  it('write the report of a part where they are told to', () => {
    expect(parse('--only', 'tls', '--report', 'tls.md')).toMatchObject({ report: 'tls.md' });
  });

  it('change the rounds and their length', () => {
    expect(parse('--rounds', '5', '--seconds', '0.5')).toMatchObject({ rounds: 5, seconds: 0.5 });
  });

  it.each([
    [['--only', 'smal'], /there is no smal; there are small, tls, reload/],
    [['--rounds', '0'], /--rounds 0/],
    [['--rounds', '1.5'], /--rounds 1.5/],
    [['--seconds', 'long'], /--seconds long/],
    [['--fast'], /--fast/],
  ])('are refused: %j', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});
