import { pairedRatios, spread } from '../measuring/statistics';
import type { Results, WorkloadResult } from '../results';
import type { Outcome, Sample } from '../rounds';
import { figure, NONE, spreadText, table } from './markdown';

/** Who is compared with all others. */
export const OWN = 'spillway';

/** CPU time of a peer divided by spillway's, round by round; empty where either has no figure. */
export function ratiosTo(peer: string, { outcomes }: WorkloadResult): number[] {
  return pairedRatios(totals(outcomes[peer]), totals(outcomes[OWN]));
}

const totals = (outcome: Outcome | undefined): number[] => (outcome?.samples ?? []).map(({ total }) => total);

/** How often spillway's work fits into the CPU time of each peer. */
export function ratioTable(workloads: readonly WorkloadResult[], names: readonly string[]): string {
  const peers = names.filter((name) => name !== OWN);
  return table(
    ['CPU time of … divided by spillway’s', ...peers],
    workloads.map((workload) => [
      workload.title,
      ...peers.map((peer) => {
        const ratios = ratiosTo(peer, workload);
        return ratios.length === 0 ? NONE : spreadText(spread(ratios));
      }),
    ]),
  );
}

/** Microseconds of CPU time for each operation. */
export function costTable(workloads: readonly WorkloadResult[], names: readonly string[]): string {
  return table(
    ['µs', ...names],
    workloads.map(({ title, unit, outcomes }) => [
      `${title}, per ${unit}`,
      ...names.map((name) => {
        const values = totals(outcomes[name]);
        return values.length === 0 ? NONE : spreadText(spread(values));
      }),
    ]),
  );
}

/** Where the CPU time goes, and how busy the proxy was. */
export function detailTable(workloads: readonly WorkloadResult[], names: readonly string[]): string {
  const rows = workloads.flatMap(({ name: workload, outcomes }) =>
    names.flatMap((name) => {
      const samples = outcomes[name]?.samples;
      if (samples === undefined) return [];
      const middle = (of: (sample: Sample) => number) => spread(samples.map(of)).median;
      return [
        [
          `${workload}: ${name}`,
          figure(middle(({ user }) => user)),
          figure(middle(({ system }) => system)),
          percent(middle(({ busy }) => busy)),
          percent(middle(({ foreign }) => foreign)),
          middle(({ operations }) => operations).toFixed(0),
        ],
      ];
    }),
  );
  return table(
    ['median of the rounds', 'user µs', 'system µs', 'of its core', 'others there', 'operations in a round'],
    rows,
  );
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** What has no figure, and why. */
export function unavailableList({ workloads, idle }: Results): string {
  const lines = [...workloads, ...idle].flatMap(({ title, outcomes }) =>
    Object.entries(outcomes).flatMap(([name, { unavailable }]) =>
      unavailable === undefined ? [] : [`- ${title}: ${name}: ${unavailable}`],
    ),
  );
  return lines.join('\n');
}
