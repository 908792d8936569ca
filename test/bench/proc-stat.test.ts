import { describe, expect, it } from 'vitest';
import { parseCoreTicks, parseProcStat, parseResident, treeOf } from '../../bench/measuring/proc-stat';

describe('what /proc says about a process', () => {
  const line = (name: string) =>
    `4711 (${name}) S 17 4711 4711 0 -1 4194560 1530 9 0 0 120 34 5 6 20 0 11 0 90 1048576 800`;

  it('has the parent and the times', () => {
    expect(parseProcStat(line('node'))).toEqual({ pid: 4711, parent: 17, userTicks: 120, systemTicks: 34 });
  });

  it('is read right where the name has spaces and parentheses', () => {
    expect(parseProcStat(line('a) R 99 (b'))).toEqual(parseProcStat(line('node')));
  });

  it('has the resident memory in octets, which a dying process has no more', () => {
    expect(parseResident('Name:\tnode\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t11\n')).toBe(1024 * 1024);
    expect(parseResident('Name:\tnode\nState:\tZ (zombie)\n')).toBe(0);
  });
});

describe('the tree of a process', () => {
  const stat = (pid: number, parent: number) => ({ pid, parent, userTicks: 0, systemTicks: 0 });

  it('has children of children in any order, and nobody else', () => {
    const all = [stat(30, 20), stat(20, 10), stat(10, 1), stat(40, 1), stat(1, 0)];
    expect(
      treeOf(10, all)
        .map(({ pid }) => pid)
        .sort(),
    ).toEqual([10, 20, 30]);
  });
});

describe('the time of a core', () => {
  const text =
    'cpu  900 90 900 9000 90 90 90 90 0 0\ncpu0 100 2 30 4000 500 6 7 8 0 0\ncpu10 1 1 1 1 1 1 1 1 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\n';

  it('counts whatever is not idle, and not the time that it waited for a disk', () => {
    expect(parseCoreTicks(text, 0)).toBe(100 + 2 + 30 + 6 + 7 + 8);
  });

  it('is that of the core alone', () => {
    expect(parseCoreTicks(text, 1)).toBe(1);
  });
});
