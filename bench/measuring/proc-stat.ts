/** What `/proc/PID/stat` says about a process and its threads; times in clock ticks. */
export interface ProcStat {
  readonly pid: number;
  readonly parent: number;
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** Where fields stand after the name (proc_pid_stat(5) counts from 1, and the third follows the name). */
const PARENT = 4 - 3;
const USER = 14 - 3;
const SYSTEM = 15 - 3;

/** Reads the text of `/proc/PID/stat`. The name of the program may have spaces and parentheses of its own. */
export function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[PARENT]),
    userTicks: Number(fields[USER]),
    systemTicks: Number(fields[SYSTEM]),
  };
}

/** The processes that descend from one, and itself. */
export function treeOf(root: number, all: readonly ProcStat[]): ProcStat[] {
  const family = new Set([root]);
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

/** Resident memory in octets, from the text of `/proc/PID/status`; 0 where a process has none. */
export function parseResident(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Ticks for which a core was not idle, from the text of `/proc/stat`; what a hypervisor took away counts too. */
export function parseCoreTicks(text: string, core: number): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`cpu${core} `)) ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line.split(' ').slice(1).map(Number);
  return user + nice + system + irq + softIrq + steal;
}
