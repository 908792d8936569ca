import type { Verdict } from '../judging';
import type { FromBorrower, ToBorrower } from '../limits';
import type { Counts } from '../telemetry';
import type { TransportChoice } from '../transport';
import type { TargetName, TargetState } from './told-health';

/** What a worker is told about its instance when it begins. */
export interface WorkerContext {
  /** The version that is told in metrics. */
  readonly version: string;
  /** How many workers the instance has. */
  readonly workers: number;
  /** How TCP is done. Left out: what SPILLWAY_TRANSPORT says, else the fastest way that works. */
  readonly transport?: TransportChoice;
  /** The secret of TLS session tickets: a session that began with one worker goes on with another. */
  readonly ticketKeys: Buffer;
}

/** What a primary tells its workers. A `turn` is answered with {@link FromWorker} of the same turn. */
export type ToWorker =
  | { readonly kind: 'begin'; readonly context: WorkerContext }
  /** Comes with the handle of a port that the next configurations may listen on. */
  | { readonly kind: 'port'; readonly key: string; readonly port: number }
  /** The API as JSON: of a large one, the worker reads that in a tenth of the time that a clone of its objects takes. */
  | { readonly kind: 'prepare'; readonly turn: number; readonly api: string }
  | {
      readonly kind: 'commit';
      readonly turn: number;
      readonly states: readonly TargetState[];
      readonly verdicts: readonly Verdict[];
    }
  | { readonly kind: 'abandon'; readonly turn: number }
  /** Targets have changed. `foundAt` is in milliseconds of {@link machineNow}. */
  | { readonly kind: 'health'; readonly states: readonly TargetState[]; readonly foundAt: number }
  /** What another worker has concluded from its requests. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** Targets that were discovered are there no more. */
  | { readonly kind: 'gone'; readonly targets: readonly TargetName[] }
  /** Answers of the one that lends out the limits of the instance. */
  | { readonly kind: 'limits'; readonly messages: readonly ToBorrower[] }
  | { readonly kind: 'count'; readonly turn: number }
  | { readonly kind: 'stop'; readonly timeoutMs: number; readonly gently: boolean };

/** What a worker tells its primary. */
export type FromWorker =
  | { readonly kind: 'done'; readonly turn: number }
  | { readonly kind: 'failed'; readonly turn: number; readonly message: string; readonly code?: string }
  | { readonly kind: 'limits'; readonly messages: readonly FromBorrower[] }
  /** What it has concluded from its requests. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'counts'; readonly counts: Counts };
