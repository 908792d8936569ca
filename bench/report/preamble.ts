import type { Results } from '../results';

/** What the figures mean, and where they were measured. */
export function machineSection({ date, machine, loadAfter, rounds, seconds, clients }: Results): string {
  const { processor, cores, memoryGiB, system, pinned, loadBefore } = machine;
  const where = pinned
    ? 'The proxy has core 0, upstream and client share core 1.'
    : 'Processes could not be held on cores of their own here.';
  const tools = Object.entries(clients).map(([name, version]) => `${name} ${version}`);
  return `# Results of the benchmark

Written by \`npm run bench\` on ${date.slice(0, 10)}. ${processor}, ${cores} cores, ${memoryGiB.toFixed(1)} GiB, ${system}; load average ${loadBefore.toFixed(2)} before and ${loadAfter.toFixed(2)} after.
Clients: ${tools.join(', ')}. ${where}

CPU time is what the proxy’s processes used (utime + stime) divided by what they answered. Every proxy has one process and one thread,
the same upstream and the same client. ${rounds} rounds of ${seconds} s; in each, every proxy is measured once, beginning with another one each time. Figures are medians
with the least and the greatest in parentheses. A ratio compares two proxies within the same round: above 1, spillway needs less than the other.
`;
}

/** What each proxy is, and what it does for a request. */
export const notesSection = ({ proxies }: Results): string =>
  Object.entries(proxies)
    .map(([name, { version, does }]) => `- **${name}** ${version}: ${does}`)
    .join('\n');
