import { byMinute } from './growth';
import type { SoakResult } from './soak';

/** More growth is a leak, in octets a minute. */
const MOST_GROWTH = 1024 * 1024;

const mb = (octets: number) => (octets / 1024 / 1024).toFixed(2);

/** What is wrong with the end of a soak, whatever its length. */
export function problemsOf(result: SoakResult): string[] {
  const { connections, inFlight, workerRestarts, exitCode, outcomes, processes, said } = result;
  const problems: string[] = [];
  if (connections !== 0) problems.push(`${connections} client connections are left`);
  if (inFlight !== 0) problems.push(`${inFlight} requests are left`);
  if (workerRestarts !== 0) problems.push(`${workerRestarts} workers ended: ${said}`);
  if (exitCode !== 0) problems.push(`the program ended with ${exitCode}: ${said}`);
  for (const [outcome, count] of outcomes)
    if (outcome !== '200') problems.push(`${count} × ${outcome} for clients that did no wrong`);
  for (const { name, before, after } of processes) {
    if (after > before) problems.push(`${name} has ${after} descriptors, and had ${before}`);
  }
  return problems;
}

/** What a person reads, and the verdict. */
export function reportOf(result: SoakResult): { text: string; good: boolean } {
  const problems = problemsOf(result);
  const { processes, outcomes, faults, reloads, targetRestarts } = result;
  const lines = processes.map(({ name, samples, growth, before, after }) => {
    if (growth >= MOST_GROWTH) problems.push(`${name} grows by ${mb(growth)} MB a minute`);
    return `${name}: ${mb(growth)} MB a minute; by minute ${byMinute(samples).map(mb).join(' ')} MB; ${before} descriptors before, ${after} after`;
  });
  const answers = [...outcomes].map(([outcome, count]) => `${count} × ${outcome}`).join(', ');
  const verdict =
    problems.length === 0 ? 'good: less than 1 MB a minute, and nothing is left' : `bad: ${problems.join('; ')}`;
  const events = `${faults} faults of clients, ${targetRestarts} restarts of targets, ${reloads} reloads; clients that did no wrong: ${answers}`;
  return { text: [...lines, events, verdict].join('\n'), good: problems.length === 0 };
}
