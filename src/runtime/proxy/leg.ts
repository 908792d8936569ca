import type { AttemptFailure } from '../../model';
import type { ProxiedConnection } from '../forwarding';
import type { ResponseHead } from '../http';
import type { Outcome } from '../telemetry';
import { Timer } from '../timers';
import {
  type Cuttable,
  type Dialed,
  type DialUser,
  dialTarget,
  type Gate,
  type Sent,
  type Target,
  type Upstream,
  type UpstreamUser,
} from '../upstream';
import type { Engine } from './engine';

const OUTCOMES: Readonly<Record<AttemptFailure, Outcome>> = {
  connectFailure: 'connect',
  reset: 'reset',
  timeout: 'timeout',
};

/** Whose attempt a leg is. */
export interface LegOwner {
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeout: number;
  /** When the whole request must have been answered, on the clock of the timers. */
  readonly deadline: number;
  /** Whom the target is told of, if it wants to be. */
  readonly asker: ProxiedConnection | undefined;
  /** There is no connection yet, and it takes a while. */
  onLegConnecting(): void;
  /** The request may be sent. */
  onLegReady(leg: Leg, upstream: Upstream): void;
  /** Whether the request may be sent again after nobody looked at it. @param unprocessed - whether the target has said so */
  mayRepeat(unprocessed: boolean): boolean;
  /**
   * It came to nothing before there was a response.
   * @param status - the final one, if it was the last attempt
   */
  onLegFailed(leg: Leg, failure: AttemptFailure, status: number): void;
  onLegInterim(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void;
  onLegResponse(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): void;
  onLegSwitch(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): void;
  onLegBody(bytes: Buffer, start: number, end: number): void;
  onLegBodyEnd(): void;
  onLegDrained(): void;
  /** Whether another target would answer the request, and may. */
  mayGoElsewhere(): boolean;
  /** The response broke off. */
  onLegBroken(reason: string): void;
}

/** One attempt at one target: from the connection to the end of the response. One object is used again and again. */
export class Leg implements UpstreamUser, DialUser<Upstream>, Cuttable, Sent {
  next: Sent | undefined;
  previous: Sent | undefined;
  /** Who is asked; `undefined` while the leg is at rest. */
  target: Target | undefined;
  upstream: Upstream | undefined;
  /** Of connecting, of the response, or of silence: whatever is waited for. */
  readonly timer: Timer;
  /** A connection on its way to be. */
  private dial: Dialed | undefined;
  private gate: Gate | undefined;
  private reused = false;
  /** Whether what came of it has been told to the target. */
  private told = false;
  private begunAt = 0;
  /** What the target called the time when it began. */
  private round = 0;
  /** How long it took until the answer began, in milliseconds. */
  private took = 0;
  private good = false;

  constructor(
    private readonly engine: Engine,
    private readonly owner: LegOwner,
  ) {
    this.timer = new Timer(engine.wheel, () => this.onDue());
  }

  get active(): boolean {
    return this.target !== undefined;
  }

  /**
   * @param gate - where it has a place that is to be given back; `undefined` where no limit holds
   * @param mostIdle - how long a connection may have waited to be used, in milliseconds; `undefined` for as long as it likes
   */
  start(target: Target, gate: Gate | undefined, mostIdle: number | undefined) {
    const { wheel } = this.engine;
    this.target = target;
    this.gate = gate;
    this.told = false;
    this.good = false;
    // Only a limit that follows latency asks how long it took: looking at the clock is 1 % of a small request.
    this.begunAt = gate === undefined ? wheel.now : wheel.touch();
    this.round = target.began(this);
    target.underWay?.add(this);
    const idle = target.take(wheel.now, mostIdle);
    if (idle === undefined) return this.connect(target);
    this.reused = true;
    this.use(idle);
  }

  /** What has come of it is known: a response, or the end of what anybody wants of it. */
  tell(outcome: Outcome, status: number) {
    if (this.told) return;
    this.told = true;
    const { wheel } = this.engine;
    this.took = (this.gate === undefined ? wheel.now : wheel.touch()) - this.begunAt;
    // An answer that never came says as much about how busy the targets are as one that did.
    this.good = outcome === 'ok' || outcome === 'timeout';
    this.target?.ended(outcome, status, this.took, this.round);
  }

  /** Gives the connection back, or closes it where it cannot be used again. @param requestSent - whether to its end */
  leave(requestSent: boolean) {
    const { dial, upstream, target } = this;
    if (target === undefined) return;
    this.tell('aborted', 0);
    this.timer.clear();
    this.dial = undefined;
    dial?.cancel();
    this.upstream = undefined;
    this.target = undefined;
    upstream?.release(this.engine.wheel.now, requestSent);
    target.left(this);
    target.underWay?.delete(this);
    this.gate?.leave(this.took, this.good);
  }

  onDialed(upstream: Upstream) {
    this.dial = undefined;
    this.use(upstream);
  }

  onDialFailed(short: boolean) {
    this.dial = undefined;
    // What is wanting here says nothing of the target.
    if (short) this.tell('aborted', 0);
    this.fail('connectFailure', short ? 503 : 502);
  }

  onLost() {
    const { upstream, target } = this;
    this.upstream = undefined;
    if (this.told) return this.owner.onLegBroken('truncated');
    const unprocessed = upstream?.unprocessed === true;
    // The server closed a waiting connection just when the request was sent: nobody's failure.
    const unseen = upstream?.answered === false && this.owner.mayRepeat(unprocessed);
    if (this.reused && unseen && target !== undefined) this.connect(target);
    else this.fail('reset', 502);
  }

  onInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number) {
    this.owner.onLegInterim(this, head, bytes, start, headEnd);
  }

  onResponse(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    this.owner.onLegResponse(this, head, bytes, start, headEnd, end);
  }

  onSwitch(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    this.owner.onLegSwitch(this, head, bytes, start, headEnd, end);
  }

  onBody(bytes: Buffer, start: number, end: number) {
    this.owner.onLegBody(bytes, start, end);
  }

  onBodyEnd() {
    this.owner.onLegBodyEnd();
  }

  onUpstreamDrained() {
    this.owner.onLegDrained();
  }

  /** Where others would answer, there is no use in waiting for it. */
  onTargetDown() {
    if (!this.told && this.owner.mayGoElsewhere()) this.fail('timeout', 504);
  }

  cut() {
    if (this.told) this.owner.onLegBroken('drain');
    else this.fail('reset', 502);
  }

  /** It failed before there was a response. @param status - the final one, if it was the last attempt */
  fail(failure: AttemptFailure, status: number) {
    const late = this.engine.wheel.now >= this.owner.deadline;
    this.tell(late ? 'timeout' : OUTCOMES[failure], 0);
    this.leave(false);
    this.owner.onLegFailed(this, failure, status);
  }

  private use(upstream: Upstream) {
    this.upstream = upstream;
    upstream.assign(this);
    this.owner.onLegReady(this, upstream);
  }

  private connect(target: Target) {
    const { connectTimeout, deadline, asker } = this.owner;
    this.reused = false;
    this.owner.onLegConnecting();
    this.timer.set(Math.min(connectTimeout, deadline - this.engine.wheel.now));
    this.dial = dialTarget(this.engine, target, asker, this);
  }

  private onDue() {
    if (this.told) this.owner.onLegBroken('timeout');
    else this.fail(this.dial === undefined ? 'timeout' : 'connectFailure', 504);
  }
}
