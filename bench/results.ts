import type { Machine } from './environment/machine';
import type { Outcome } from './rounds';
import type { IdleOutcome } from './special/idle';
import type { ReloadFigures } from './special/reload';

/** The outcomes of one workload, by the name of the proxy. */
export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Everything that a run has found out. */
export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly loadAfter: number;
  readonly rounds: number;
  readonly seconds: number;
  /** What each proxy is and does, by its name. */
  readonly proxies: Readonly<Record<string, { readonly version: string; readonly does: string }>>;
  readonly clients: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadResult[];
  readonly idle: readonly { readonly title: string; readonly outcomes: Readonly<Record<string, IdleOutcome>> }[];
  /** CPU time of spillway by the number of its routes. */
  readonly routes?: Readonly<Record<string, Outcome>>;
  readonly reload?: ReloadFigures | { readonly unavailable: string };
}
