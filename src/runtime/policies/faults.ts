import { FAULT_LEASE, type Route } from '../../model';
import { type Answer, ownBody } from '../../passes';
import { METRICS } from '../../signals';
import type { Cell } from '../telemetry';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyPlace } from './policy-place';
import type { PolicyRequest } from './policy-request';

type Described = Route['faults'][number];
type Kind = 'abort' | 'delay' | 'reset' | 'bodyRate';

interface Fault extends Described {
  /** In small letters. */
  readonly field: string | undefined;
  /** In milliseconds since 1970. */
  readonly begins: number;
  readonly ends: number;
  /** The same for the same fault in the next description. */
  readonly key: string;
}

/** What faults depend on besides requests. */
export interface FaultSource {
  /** From 0 up to 1. */
  random(): number;
  /** Milliseconds since 1970. */
  wallClock(): number;
}

const BY_CHANCE: FaultSource = { random: Math.random, wallClock: Date.now };

/**
 * Stages failures, so that what is to happen then can be seen to happen. An abort answers as a target would have, with
 * the reason `fault`: whether the route's fallback takes its place is decided as for any answer of a target.
 */
export class Faults implements Policy {
  private faults: readonly Fault[];
  private readonly counts: Readonly<Record<Kind, Cell>>;

  constructor(
    faults: Route['faults'],
    { registry, api, route }: PolicyPlace,
    private readonly source: FaultSource = BY_CHANCE,
  ) {
    const now = source.wallClock();
    this.faults = faults.map((fault) => leased(fault, now));
    const count = (kind: Kind) => registry.cell(METRICS.faults, api, route, kind);
    this.counts = {
      abort: count('abort'),
      delay: count('delay'),
      reset: count('reset'),
      bodyRate: count('bodyRate'),
    };
  }

  /** A fault that an earlier description had as well ends when it would have: to load it again is no new lease. */
  takeOn(earlier: Faults): void {
    const before = new Map(earlier.faults.map(({ key, ends }) => [key, ends]));
    this.faults = this.faults.map((fault) => ({ ...fault, ends: before.get(fault.key) ?? fault.ends }));
  }

  onRequest(request: PolicyRequest, course: Course): void {
    const now = this.source.wallClock();
    for (const fault of this.faults) {
      if (now < fault.begins || now >= fault.ends) continue;
      if (fault.field !== undefined && request.field(fault.field).length === 0) continue;
      if (this.source.random() * 100 < fault.percent) this.stage(fault, course);
    }
  }

  private stage({ abort, delay, reset, bodyRate }: Fault, course: Course): void {
    const { counts } = this;
    if (delay !== undefined) {
      course.delay += delay;
      counts.delay.value += 1;
    }
    if (bodyRate !== undefined) {
      course.bodyRate = Math.min(course.bodyRate ?? bodyRate, bodyRate);
      counts.bodyRate.value += 1;
    }
    if (course.decided) return;
    if (abort !== undefined) {
      course.decide(abort.status, stagedAnswer(abort.status), 'fault');
      counts.abort.value += 1;
    } else if (reset) {
      course.reset = true;
      counts.reset.value += 1;
    }
  }
}

/** A fault that names no end has one all the same: nobody is to find it by its damage. */
function leased(fault: Described, now: number): Fault {
  const begins = fault.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(fault.from);
  return {
    ...fault,
    field: fault.header?.toLowerCase(),
    begins,
    ends: fault.until === undefined ? Math.max(begins, now) + FAULT_LEASE : Date.parse(fault.until),
    key: JSON.stringify(fault),
  };
}

function stagedAnswer(status: number): Answer {
  const body = ownBody({ status, error: 'staged failure' });
  return { contentType: 'application/json', body, headers: { 'Cache-Control': 'no-store' } };
}
