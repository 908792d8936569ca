import { isSafe, type Route } from '../../model';
import { DURATION_BUCKETS, METRICS } from '../../signals';
import type { Cell, Histogram } from '../telemetry';
import type { Course } from './course';
import type { Policy } from './policy';
import type { PolicyPlace } from './policy-place';
import type { PolicyRequest, PolicyResponse } from './policy-request';
import { RehearsalState } from './rehearsal-state';

/** How often the fallback is rehearsed at most, in milliseconds: it changes with files and time, not with requests. */
const RENDER_MS = 1_000;
/** By which a request of the primary is known that is measured to compare with. */
const STARTED = Symbol('started');

/** What a rehearsal depends on besides requests. */
export interface RehearsalSource {
  /** From 0 up to 1. */
  random(): number;
  /** Milliseconds since 1970. */
  wallClock(): number;
  /** The clock of the timers, in milliseconds. */
  now(): number;
  /** Whether the route's fallback would answer; `undefined` where it has none. */
  readonly renders: ((now: number) => boolean) | undefined;
  /** Is told when rehearsals stop by themselves, and when they go on. */
  changed(state: 'stopped' | 'resumed'): void;
}

/**
 * Sends a share of the requests through the next tier first. What the next tier does not answer well the primary
 * answers, so that nobody notices but who looks at the metrics.
 */
export class Rehearsal implements Policy {
  private readonly methods: ReadonlySet<string>;
  private state: RehearsalState;
  private renderedAt = Number.NEGATIVE_INFINITY;
  private readonly ok: Cell;
  private readonly failed: Cell;
  private readonly stopped: Cell;
  private readonly duration: Histogram;
  private readonly primaryDuration: Histogram;

  constructor(
    private readonly settings: NonNullable<Route['rehearsal']>,
    private readonly place: PolicyPlace,
    private readonly source: RehearsalSource,
  ) {
    const { registry, api, route } = place;
    const histogram = (path: string) =>
      registry.histogram(METRICS.rehearsalDuration, DURATION_BUCKETS, api, route, path);
    this.methods = new Set(settings.methods);
    this.state = new RehearsalState(settings.maxFailurePercent);
    this.ok = registry.cell(METRICS.rehearsals, api, route, 'ok');
    this.failed = registry.cell(METRICS.rehearsals, api, route, 'failed');
    this.stopped = registry.cell(METRICS.rehearsalStopped, api, route);
    this.duration = histogram('rehearsal');
    this.primaryDuration = histogram('primary');
  }

  /** Goes on where the rehearsal of an earlier description of the same route stands. */
  takeOn(earlier: Rehearsal): void {
    if (earlier.settings.maxFailurePercent === this.settings.maxFailurePercent) this.state = earlier.state;
    else this.stopped.value = 0;
  }

  onRequest(request: PolicyRequest, course: Course, now: number): void {
    const { method } = request;
    if (!isSafe(method) && !this.methods.has(method)) return;
    const share = this.settings.percent / 100;
    const chance = this.source.random();
    if (chance < share) this.rehearse(course, now);
    // As many others are measured, to compare with: which ones is chance as well.
    else if (1 - chance <= share) course.kept.set(STARTED, now);
  }

  onResponse({ tier, fallback }: PolicyResponse, course: Course, now: number): void {
    const started = course.kept.get(STARTED);
    if (typeof started !== 'number' || tier === '' || fallback) return;
    this.primaryDuration.observe((now - started) / 1_000);
  }

  private rehearse(course: Course, now: number): void {
    if (!this.state.admits(now)) return;
    if (now - this.renderedAt >= RENDER_MS) this.renderFallback(now);
    course.rehearsal = {
      timeout: this.settings.timeout,
      ended: (good, milliseconds) => this.ended(good, milliseconds),
    };
  }

  private ended(good: boolean, milliseconds: number): void {
    const { registry, api, route } = this.place;
    if (good) {
      this.ok.value += 1;
      this.duration.observe(milliseconds / 1_000);
      registry.cell(METRICS.rehearsalSuccess, api, route).value = this.source.wallClock() / 1_000;
    } else this.failed.value += 1;
    const change = this.state.ended(good, this.source.now());
    this.stopped.value = this.state.stopped ? 1 : 0;
    if (change !== undefined) this.source.changed(change);
  }

  private renderFallback(now: number): void {
    const { renders } = this.source;
    if (renders === undefined) return;
    this.renderedAt = now;
    const { registry, api, route } = this.place;
    registry.cell(METRICS.fallbackRenders, api, route, renders(now) ? 'ok' : 'failed').value += 1;
  }
}
