import type { AttemptFailure } from '../../model';
import { type Answer, STATIC_STATUS } from '../../passes';
import type { ResponseHead } from '../http';
import type { Outcome } from '../telemetry';
import { Timer } from '../timers';
import { type Dialed, type DialUser, dialTarget, type Target, type Upstream, type UpstreamUser } from '../upstream';
import { errorAnswer } from './answer';
import { Attempts } from './attempts';
import type { Engine } from './engine';
import type { ExchangeClient } from './exchange-client';
import { RequestCopy } from './request-copy';
import { RequestRecord } from './request-record';
import type { RequestView } from './request-view';
import type { ServedRoute } from './served-route';
import { Tunnel } from './tunnel';

/**
 * A request that must not be sent twice is sent over a connection that was used this short a time ago, in milliseconds,
 * or over a new one: the longer one has waited, the likelier its server is closing it now.
 */
const FRESH_MS = 500;

/** Why an attempt failed, or none was made. */
type Failure = AttemptFailure | 'noTarget' | 'deadline';

const OUTCOMES: Readonly<Record<AttemptFailure, Outcome>> = {
  connectFailure: 'connect',
  reset: 'reset',
  timeout: 'timeout',
};

const [RESTING, TRYING, RESPONDING, SWITCHED] = [0, 1, 2, 3];

/** One request on its way: the attempts at getting a response, and the response on its way back. */
export class Exchange implements UpstreamUser, DialUser<Upstream> {
  private state = RESTING;
  private client!: ExchangeClient;
  private route!: ServedRoute;
  private maySwitch = false;
  private tunnel: Tunnel | undefined;
  private readonly copy = new RequestCopy();
  private readonly attempts = new Attempts();
  private target: Target | undefined;
  private upstream: Upstream | undefined;
  /** A connection on its way to be. */
  private dial: Dialed | undefined;
  private reused = false;
  private stalled = false;
  /** Whether octets of a tunnel wait to be sent to the target. */
  private held = false;
  private responseDone = false;
  private persistent = true;
  private readonly record: RequestRecord;
  private readonly timer: Timer;

  constructor(private readonly engine: Engine) {
    this.record = new RequestRecord(engine);
    this.timer = new Timer(engine.wheel, () => this.onDue());
  }

  /** Whether a request is under way. */
  get active(): boolean {
    return this.state !== RESTING;
  }

  /** Whether nothing of a response has been sent yet. */
  get answerable(): boolean {
    return this.state === TRYING;
  }

  /** Takes on a request whose head ends at `headEnd` of the view's octets, and whose body has come up to `end`. */
  begin(client: ExchangeClient, route: ServedRoute, view: RequestView, headEnd: number, end: number) {
    const now = this.engine.wheel.touch();
    this.client = client;
    this.state = TRYING;
    this.route = route;
    this.record.begin(client, view, now);
    this.maySwitch = view.upgrade !== undefined && client.tunnel !== undefined;
    this.target = undefined;
    this.stalled = false;
    this.held = false;
    this.responseDone = false;
    this.attempts.begin(route, view.method, now);
    if (route.static) return this.answerFallback(STATIC_STATUS);
    this.copy.begin(view, headEnd, end, client.forwarded, route.bufferLimit);
    const target = this.attempts.first(now);
    if (target === undefined) this.giveUp('noTarget');
    else this.attempt(target);
  }

  /** More of the request's body. */
  forwardBody(bytes: Buffer, start: number, end: number): void {
    this.copy.add(bytes, start, end);
    if (this.upstream?.write(bytes.subarray(start, end)) === false) this.client.hold();
    if (this.client.requestDone && this.state === TRYING) this.awaitResponse();
  }

  /** Octets of the protocol that was taken up. */
  forwardTunnel(bytes: Buffer, start: number, end: number): void {
    this.timer.set(this.route.idleTimeout);
    if (this.tunnel?.fromClient(bytes, start, end) !== false) return;
    this.held = true;
    this.client.hold();
  }

  /** The client will send no more of the protocol that was taken up. */
  endTunnel(): void {
    this.tunnel?.clientEnded();
    this.closeTunnel();
  }

  /** The client left, or its request is refused after all. @param status - what it was refused with; 0 where it left */
  abort(status: number): void {
    if (this.state === RESTING) return;
    this.record.reason ||= status === 0 ? 'aborted' : 'refused';
    if (this.state === TRYING) {
      this.record.status = status;
      this.target?.metrics.attemptDone('aborted');
    }
    this.leave();
    this.end();
  }

  /** What had to wait has gone to the client. */
  onClientDrained() {
    if (!this.stalled) return;
    this.stalled = false;
    if (this.responseDone) return this.complete();
    this.timer.set(this.route.idleTimeout);
    this.upstream?.resume();
    this.closeTunnel();
  }

  private attempt(target: Target) {
    this.target = target;
    const idle = target.take(this.engine.wheel.now, this.attempts.repeatable ? undefined : FRESH_MS);
    if (idle === undefined) return this.connect(target);
    this.reused = true;
    this.upstream = idle;
    idle.assign(this);
    this.send(idle);
  }

  private connect(target: Target): void {
    this.reused = false;
    this.client.hold();
    this.timer.set(Math.min(this.route.connectTimeout, this.attempts.deadline - this.engine.wheel.now));
    this.dial = dialTarget(this.engine, target, this.client.forwarded.connection, this);
  }

  private send(upstream: Upstream): void {
    this.attempts.sent = true;
    if (upstream.send(this.copy.view(), this.record.method, this.maySwitch)) this.client.release();
    else this.client.hold();
    this.awaitResponse();
  }

  private awaitResponse(): void {
    const left = this.attempts.deadline - this.engine.wheel.now;
    this.timer.set(this.client.requestDone ? Math.min(this.route.responseTimeout, left) : left);
  }

  private onDue() {
    if (this.state !== TRYING) return this.breakOff('timeout');
    const failure = this.dial === undefined ? 'timeout' : 'connectFailure';
    this.leave();
    if (this.engine.wheel.now >= this.attempts.deadline) {
      this.target?.metrics.attemptDone('timeout');
      this.giveUp('deadline');
    } else this.failed(failure, 504);
  }

  onDialed(upstream: Upstream): void {
    this.dial = undefined;
    this.upstream = upstream;
    upstream.assign(this);
    this.send(upstream);
  }

  onDialFailed(): void {
    this.dial = undefined;
    this.failed('connectFailure', 502);
  }

  onLost() {
    const { upstream, target } = this;
    this.upstream = undefined;
    if (this.state !== TRYING) return this.breakOff('truncated');
    // What the target did not look at, nobody has got yet.
    if (upstream?.unprocessed && this.copy.whole) this.attempts.sent = false;
    // The server closed a waiting connection just when the request was sent: nobody's failure.
    const unseen = upstream?.answered === false && (this.attempts.repeatable || !this.attempts.sent);
    const stale = this.reused && unseen && this.copy.whole;
    if (stale && target !== undefined) this.connect(target);
    else this.failed('reset', 502);
  }

  onUpstreamDrained(): void {
    this.held = false;
    this.client.release();
    this.closeTunnel();
  }

  /** An attempt failed before there was a response. @param status - the final one, if it was the last attempt */
  private failed(failure: AttemptFailure, status: number): void {
    this.target?.metrics.attemptDone(OUTCOMES[failure]);
    const next = this.attempts.next(failure, this.copy.whole, this.engine.wheel.now);
    if (next === undefined) this.giveUp(failure, status);
    else this.attempt(next);
  }

  private giveUp(failure: Failure, status = failure === 'noTarget' ? 503 : 504): void {
    this.record.reason = failure;
    if (this.route.replacesFailure(status)) this.answerFallback(status);
    else this.answer(status, errorAnswer(status));
  }

  onInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void {
    // HTTP/1.0 knows no interim responses.
    if (this.client.minor !== 0) this.client.sendInterim(head, bytes, start, headEnd);
  }

  onResponse(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, engine, route, upstream } = this;
    const { status } = head;
    this.timer.clear();
    // HTTP/1.0 knows no chunks, and the target was told that it is spoken.
    if (client.minor === 0 && head.chunked) {
      this.leave();
      return this.failed('reset', 502);
    }
    this.target?.metrics.attemptDone(status >= 500 ? '5xx' : 'ok');
    const next = this.attempts.next(status, this.copy.whole, engine.wheel.now);
    if (next !== undefined) {
      this.leave();
      return this.attempt(next);
    }
    if (route.replacesStatus(status)) {
      this.leave();
      this.record.reason = String(status);
      return this.answerFallback(status);
    }
    this.state = RESPONDING;
    this.record.status = status;
    this.responseDone = upstream?.bodyDone === true;
    this.persistent = client.persistent && client.requestDone && upstream?.endsWithConnection === false;
    if (!this.responseDone) this.timer.set(route.idleTimeout);
    this.sent(client.sendResponse(head, bytes, start, headEnd, end, this.persistent));
    if (this.responseDone && !this.stalled) this.complete();
  }

  onSwitch(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, upstream, engine, route } = this;
    if (client.tunnel === undefined || upstream === undefined) return;
    this.target?.metrics.attemptDone('ok');
    this.copy.clear();
    this.state = SWITCHED;
    this.record.status = head.status;
    this.persistent = false;
    this.tunnel = new Tunnel(client.tunnel, upstream, engine.outgoing);
    this.timer.set(route.idleTimeout);
    this.sent(client.tunnel.switchTo(head, bytes, start, headEnd, end));
  }

  onBody(bytes: Buffer, start: number, end: number) {
    if (!this.stalled) this.timer.set(this.route.idleTimeout);
    if (this.tunnel !== undefined) return this.sent(this.tunnel.fromTarget(bytes, start, end));
    this.responseDone = this.upstream?.bodyDone === true;
    this.sent(this.client.sendBody(bytes, start, end));
    if (this.responseDone && !this.stalled) this.complete();
  }

  onBodyEnd() {
    if (this.tunnel !== undefined) {
      this.tunnel.targetEnded();
      return this.closeTunnel();
    }
    this.responseDone = true;
    if (!this.stalled) this.complete();
  }

  /** Closes a tunnel whose sides have both ended, once nothing waits to be sent. */
  private closeTunnel(): void {
    if (this.tunnel?.done && !this.stalled && !this.held) this.complete();
  }

  private sent(flushed: boolean): void {
    if (flushed) return;
    this.stalled = true;
    // From here on it is the client who is waited for.
    this.timer.clear();
    this.upstream?.pause();
    this.client.stalled();
  }

  private answerFallback(failing: number): void {
    const { route } = this;
    if (route.fallback === undefined) return;
    this.record.fallback = true;
    route.metrics.fallbacks.value += 1;
    this.target = undefined;
    this.answer(route.statusOfFallback(failing), route.fallback);
  }

  /** Answers without a target. */
  private answer(status: number, answer: Answer): void {
    this.state = RESPONDING;
    this.record.status = status;
    this.responseDone = true;
    this.persistent = this.client.persistent && this.client.requestDone;
    this.sent(this.client.sendAnswer(status, answer, this.record.method === 'HEAD', this.persistent));
    if (!this.stalled) this.complete();
  }

  private breakOff(reason: string): void {
    this.record.reason = reason;
    this.leave();
    this.end();
    this.client.broken();
  }

  private complete(): void {
    this.leave();
    this.end();
    this.client.finished(this.persistent);
  }

  /** Gives the connection back, or closes it where it cannot be used again. */
  private leave(): void {
    const { dial, upstream } = this;
    this.dial = undefined;
    dial?.cancel();
    this.upstream = undefined;
    upstream?.release(this.engine.wheel.now, this.client.requestDone);
  }

  private end(): void {
    this.timer.clear();
    this.state = RESTING;
    this.tunnel = undefined;
    this.copy.clear();
    this.record.end(this.route, this.target, this.attempts.count);
  }
}
