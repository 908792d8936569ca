import { spread } from '../measuring/statistics';
import type { WorkloadResult } from '../results';
import { WORKLOADS } from '../workloads';
import { NONE, spreadText, table } from './markdown';
import { ratiosTo } from './workloads';

/** What spillway should reach beside what it does. A goal is printed, it fails nothing. */
export function goals(workloads: readonly WorkloadResult[]): string {
  const rows = workloads.flatMap((workload) => {
    const own = WORKLOADS.find(({ name }) => name === workload.name)?.goals ?? {};
    return Object.entries(own).map(([peer, { floor, aim }]) => {
      const ratios = ratiosTo(peer, workload);
      const reached = ratios.length === 0 ? undefined : spread(ratios);
      return [
        `${workload.title}, against ${peer}`,
        reached === undefined ? NONE : spreadText(reached),
        goal(floor, reached?.median),
        goal(aim, reached?.median),
      ];
    });
  });
  return table(['workload', 'reached', 'floor', 'aim'], rows);
}

function goal(wanted: number | undefined, reached: number | undefined): string {
  if (wanted === undefined) return '';
  const text = `${wanted} ×`;
  if (reached === undefined) return text;
  return `${text} ${reached >= wanted ? '✓' : '✗'}`;
}
