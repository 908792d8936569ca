import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { type ProcStat, parseCoreTicks, parseProcStat, parseResident, treeOf } from './proc-stat';

/** CPU time that a process and its descendants have used, in microseconds. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** The kernel counts CPU time in ticks. */
export const MICROSECONDS_PER_TICK = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** What a server and its descendants have used so far. */
export function cpuTime(pid: number): CpuTime {
  const tree = processTree(pid);
  const sum = (of: (stat: ProcStat) => number) =>
    tree.reduce((total, stat) => total + of(stat), 0) * MICROSECONDS_PER_TICK;
  return { user: sum(({ userTicks }) => userTicks), system: sum(({ systemTicks }) => systemTicks) };
}

/** What everything together has used of one core so far, in microseconds. */
export function coreTime(core: number): number {
  return parseCoreTicks(read('stat'), core) * MICROSECONDS_PER_TICK;
}

/** Memory of a server and its descendants that is in RAM, in octets. */
export function residentMemory(pid: number): number {
  return processTree(pid).reduce((total, stat) => total + parseResident(read(`${stat.pid}/status`)), 0);
}

function processTree(pid: number): ProcStat[] {
  const texts = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(`${name}/stat`));
  return treeOf(pid, texts.filter((text) => text !== '').map(parseProcStat));
}

/** A process may end while it is looked at. */
function read(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}
