import type { AttemptFailure } from '../../model';
import { type Answer, STATIC_STATUS } from '../../passes';
import type { ProxiedConnection } from '../forwarding';
import { ResponseHead } from '../http';
import type { Course } from '../policies';
import type { Target, Upstream, Waiter } from '../upstream';
import { answerOctets, errorAnswer } from './answer';
import { Attempts } from './attempts';
import { backoffMs } from './backoff';
import type { BodyPath, BodyPathUser } from './body-path';
import { bodyPath } from './body-paths';
import { editedResponse } from './edited-response';
import type { Engine } from './engine';
import type { ExchangeClient } from './exchange-client';
import { Leg, type LegOwner } from './leg';
import { Mirror } from './mirror';
import { policyRequest, policyResponse } from './policy-view';
import { RequestCopy } from './request-copy';
import { RequestRecord } from './request-record';
import type { RequestView } from './request-view';
import type { ServedRoute } from './served-route';
import { Tunnel } from './tunnel';
import { Wait } from './wait';

/**
 * A request that must not be sent twice is sent over a connection that was used this short a time ago, in milliseconds,
 * or over a new one: the longer one has waited, the likelier its server is closing it now.
 */
const FRESH_MS = 500;

/** Why an attempt failed, or none was made. */
type Failure = AttemptFailure | 'noTarget' | 'shed' | 'deadline';

/** When a client that was turned away may come again, in seconds: a queue is longer or shorter by then. */
const SHED_RETRY_AFTER = '1';

/** Own answers are read in one go, so one object serves all of them. */
const ownHead = new ResponseHead();

const NOTHING = Buffer.alloc(0);

const [RESTING, WAITING, TRYING, RESPONDING, SWITCHED] = [0, 1, 2, 3, 4];

/** One request on its way: the attempts at getting a response, and the response on its way back. */
export class Exchange implements LegOwner, Waiter, BodyPathUser {
  private state = RESTING;
  private client!: ExchangeClient;
  private route!: ServedRoute;
  /** What the route's policies say; `undefined` where it has none. */
  private course: Course | undefined;
  private maySwitch = false;
  private tunnel: Tunnel | undefined;
  private readonly copy = new RequestCopy();
  private readonly attempts = new Attempts();
  /** Who was asked last. */
  private target: Target | undefined;
  private leg: Leg;
  /** Asks another target while the first is slow. Few requests ever need it. */
  private second: Leg | undefined;
  private wait: Wait | undefined;
  /** What the response's body goes through; `undefined` where it goes straight to the client. */
  private path: BodyPath | undefined;
  /** Whether the attempt under way is one that the client is not to notice. */
  private rehearsing = false;
  /** Why the attempt before failed, in case there is no other. */
  private failure: Failure = 'noTarget';
  private failingStatus = 503;
  private stalled = false;
  /** Whether octets of a tunnel wait to be sent to the target. */
  private held = false;
  private responseDone = false;
  private persistent = true;
  private readonly record: RequestRecord;

  constructor(private readonly engine: Engine) {
    this.record = new RequestRecord(engine);
    this.leg = new Leg(engine, this);
  }

  /** Whether a request is under way. */
  get active(): boolean {
    return this.state !== RESTING;
  }

  /** Whether nothing of a response has been sent yet. */
  get answerable(): boolean {
    return this.state === TRYING || this.state === WAITING;
  }

  get connectTimeout(): number {
    return this.route.connectTimeout;
  }

  get deadline(): number {
    return this.attempts.deadline;
  }

  get asker(): ProxiedConnection | undefined {
    return this.client.forwarded.connection;
  }

  get priority(): ServedRoute['priorityClass'] {
    return this.route.priorityClass;
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
    this.rehearsing = false;
    this.stalled = false;
    this.held = false;
    this.responseDone = false;
    this.failure = 'noTarget';
    this.failingStatus = 503;
    const { forwarded } = client;
    this.course = route.decides
      ? route.courseOf(policyRequest(view, forwarded.scheme, forwarded.address), now)
      : undefined;
    this.attempts.begin(route, this.course, view.method, now);
    const copied = this.copy.begin(view, headEnd, end, forwarded, route.bufferLimit, this.course);
    if (!copied) return this.refuseChanged();
    if (this.course === undefined) return this.setOut();
    this.mirrorWhole();
    this.follow(this.course);
  }

  /** More of the request's body. */
  forwardBody(bytes: Buffer, start: number, end: number) {
    this.copy.add(bytes, start, end);
    if (this.course !== undefined) this.mirrorWhole();
    if (this.leg.upstream?.write(bytes.subarray(start, end)) === false) this.client.hold();
    if (this.client.requestDone && this.state === TRYING) this.awaitResponse(this.leg);
  }

  /** Octets of the protocol that was taken up. */
  forwardTunnel(bytes: Buffer, start: number, end: number) {
    this.leg.timer.set(this.route.idleTimeout);
    if (this.tunnel?.fromClient(bytes, start, end) !== false) return;
    this.held = true;
    this.client.hold();
  }

  /** The client will send no more of the protocol that was taken up. */
  endTunnel() {
    this.tunnel?.clientEnded();
    this.closeTunnel();
  }

  /** The client left, or its request is refused after all. @param status - what it was refused with; 0 where it left */
  abort(status: number) {
    if (this.state === RESTING) return;
    this.record.reason ||= status === 0 ? 'aborted' : 'refused';
    if (this.answerable) this.record.status = status;
    this.leave();
    this.end();
  }

  /** What had to wait has gone to the client. */
  onClientDrained() {
    if (!this.stalled) return;
    this.stalled = false;
    if (this.responseDone) return this.complete();
    this.path?.resume();
    if (this.stalled || !this.active) return;
    this.leg.timer.set(this.route.idleTimeout);
    if (this.path?.full !== true) this.leg.upstream?.resume();
    this.closeTunnel();
  }

  // Before the first attempt

  /** Sends a copy where one is wanted, once the whole request is there. */
  private mirrorWhole() {
    const { client, copy, course, engine, route } = this;
    if (course?.mirror === undefined || course.decided || !client.requestDone) return;
    if (copy.whole) Mirror.send(engine, route, course.mirror, copy.view(), this.record.method);
    else route.metrics.mirrored('dropped');
  }

  /** What policies made of the request is none, such as a path with an octet that none may have. */
  private refuseChanged() {
    this.record.reason = 'rewrite';
    this.answer(400, errorAnswer(400));
  }

  /** Does what policies have decided. */
  private follow(course: Course) {
    const { question } = course;
    if (question === undefined) return this.delay(course);
    const cancel = question((answer) => {
      this.wait?.over();
      if (answer !== undefined) course.answer ??= answer;
      this.delay(course);
    });
    this.holdUntilDeadline(cancel);
  }

  private delay(course: Course) {
    if (course.delay === 0) return this.decide(course);
    const left = this.deadline - this.engine.wheel.now;
    if (course.delay < left) this.hold(course.delay, () => this.decide(course));
    else this.holdUntilDeadline(() => {});
  }

  private decide(course: Course) {
    const { answer, reset } = course;
    if (reset) return this.breakOff('fault');
    if (answer === undefined) return this.setOut();
    this.record.reason = answer.reason;
    this.answer(answer.status, answer.answer);
  }

  /** Sends the request on its way. */
  private setOut() {
    if (this.route.static) return this.answerFallback(STATIC_STATUS);
    const target = this.course?.rehearsal && this.attempts.rehearsal();
    this.rehearsing = target !== undefined;
    if (target !== undefined) this.attempt(target);
    else this.begins();
  }

  private begins() {
    this.goOn(this.attempts.first(this.engine.wheel.now));
  }

  // Attempts

  /** Goes on with a target that was chosen, waits for a place, or gives up. */
  private goOn(chosen: Target | undefined) {
    let target = chosen;
    const { now } = this.engine.wheel;
    while (target === undefined && this.attempts.full !== undefined) {
      const { gate } = this.attempts.full;
      if (gate?.wait(this, now)) return this.holdUntilDeadline(() => gate.cancel(this));
      this.attempts.pass();
      target = this.attempts.again(now);
    }
    if (target !== undefined) this.attempt(target);
    else if (this.attempts.shed && this.attempts.count === 0) this.giveUp('shed', 503);
    else this.giveUp(this.failure, this.failingStatus);
  }

  onAdmitted() {
    this.wait?.over();
    this.goOn(this.attempts.admitted(this.engine.wheel.now));
  }

  onTurnedAway() {
    this.wait?.over();
    this.attempts.pass();
    this.goOn(this.attempts.again(this.engine.wheel.now));
  }

  private attempt(target: Target) {
    const { attempts } = this;
    this.state = TRYING;
    this.target = target;
    this.leg.start(target, attempts.gate, attempts.repeatable ? undefined : FRESH_MS);
  }

  onLegConnecting() {
    this.client.hold();
  }

  onLegReady(leg: Leg, upstream: Upstream) {
    this.attempts.sent = true;
    if (upstream.send(this.copy.view(), this.record.method, this.maySwitch)) this.client.release();
    else this.client.hold();
    this.awaitResponse(leg);
    if (this.route.hedgeAfter !== undefined && leg === this.leg) this.hedgeLater(this.route.hedgeAfter);
  }

  mayRepeat(unprocessed: boolean): boolean {
    const { attempts, copy } = this;
    // What the target did not look at, nobody has got yet.
    if (unprocessed && copy.whole) attempts.sent = false;
    return (attempts.repeatable || !attempts.sent) && copy.whole;
  }

  private awaitResponse(leg: Leg) {
    const left = this.deadline - this.engine.wheel.now;
    const timeout = this.rehearsing ? this.course?.rehearsal?.timeout : undefined;
    leg.timer.set(this.client.requestDone ? Math.min(timeout ?? this.route.responseTimeout, left) : left);
  }

  private hedgeLater(milliseconds: number) {
    if (this.rehearsing || this.maySwitch || this.second?.active) return;
    this.waiting.start(milliseconds, () => this.hedge());
  }

  /** The target is slow: asks another one as well, and takes whichever answers first. */
  private hedge() {
    const { attempts, client, copy, engine } = this;
    const { now } = engine.wheel;
    if (this.state !== TRYING || !client.requestDone || !attempts.mayHedge(copy.whole, now)) return;
    const target = attempts.next('hedge', now);
    if (target === undefined) return;
    this.second ??= new Leg(engine, this);
    this.second.start(target, attempts.gate, undefined);
  }

  onLegFailed(leg: Leg, failure: AttemptFailure, status: number) {
    if (this.rehearsing) return this.rehearsed(false);
    if (this.othersGoOn(leg)) return;
    this.failure = failure;
    this.failingStatus = status;
    const { now } = this.engine.wheel;
    if (status === 504 && now >= this.deadline) this.giveUp('deadline', 504);
    else if (this.attempts.allows(failure, this.copy.whole, now)) this.retry(this.attempts.next(failure, now));
    else this.giveUp(failure, status);
  }

  /** Whether another leg is under way besides one that has ended. */
  private othersGoOn(ended: Leg): boolean {
    const { leg, second } = this;
    this.wait?.stop();
    if (second?.active !== true) return false;
    if (ended === leg) this.swap(second);
    return this.leg.active;
  }

  private swap(second: Leg) {
    this.second = this.leg;
    this.leg = second;
    this.target = second.target;
  }

  private retry(target: Target | undefined) {
    const { backoff } = this.route;
    if (backoff === undefined || target === undefined) return this.goOn(target);
    const { attempts, engine } = this;
    const { gate } = attempts;
    const wait = backoffMs(backoff, attempts.count - 1, Math.random());
    this.hold(
      Math.min(wait, this.deadline - engine.wheel.now),
      () => this.attempt(target),
      () => gate?.leave(0, false),
    );
  }

  /** The attempt that the client is not to notice is over: the request begins, unless it was answered. */
  private rehearsed(good: boolean) {
    const { rehearsal } = this.course ?? {};
    this.rehearsing = false;
    rehearsal?.ended(good, this.engine.wheel.now - this.attempts.now);
    if (good) return;
    if (this.attempts.final(this.copy.whole)) this.giveUp('reset', 502);
    else this.begins();
  }

  private giveUp(failure: Failure, status: number) {
    this.record.reason = failure;
    if (this.route.replacesFailure(status)) this.answerFallback(status);
    else this.answer(status, errorAnswer(status, failure === 'shed' ? { 'Retry-After': SHED_RETRY_AFTER } : undefined));
  }

  // The response

  onLegInterim(_leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number) {
    // HTTP/1.0 knows no interim responses, and of two targets nobody knows yet which one answers.
    if (this.client.minor !== 0 && this.second?.active !== true) this.client.sendInterim(head, bytes, start, headEnd);
  }

  onLegResponse(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { attempts, client, copy, engine, route } = this;
    const { status } = head;
    leg.timer.clear();
    // HTTP/1.0 knows no chunks, and the target was told that it is spoken.
    if (client.minor === 0 && head.chunked) return leg.fail('reset', 502);
    leg.tell(status >= 500 ? '5xx' : 'ok', status);
    if (this.rehearsing) {
      if (status >= 500) leg.leave(client.requestDone);
      this.rehearsed(status < 500);
      if (status >= 500) return;
    } else if (this.wait !== undefined && this.outrun(leg, status)) return;
    const { now } = engine.wheel;
    if (attempts.allows(status, copy.whole, now)) {
      const next = attempts.next(status, now);
      if (next !== undefined) {
        leg.leave(client.requestDone);
        return this.retry(next);
      }
    }
    if (route.replacesStatus(status)) {
      leg.leave(client.requestDone);
      this.record.reason = String(status);
      return this.answerFallback(status);
    }
    this.respond(head, bytes, start, headEnd, end);
  }

  /** A second target may be under way: the first good answer is taken. @returns whether the other goes on instead */
  private outrun(leg: Leg, status: number): boolean {
    this.wait?.stop();
    const { second } = this;
    if (second?.active !== true) return false;
    if (this.route.retryOn.has(status)) {
      leg.leave(true);
      return this.othersGoOn(leg);
    }
    if (leg === second) this.swap(second);
    this.second?.leave(true);
    return false;
  }

  private respond(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, course, leg, route } = this;
    const { upstream } = leg;
    if (course !== undefined) return this.respondBy(course, head, bytes, start, headEnd, end);
    this.state = RESPONDING;
    this.record.status = head.status;
    this.responseDone = upstream?.bodyDone === true;
    this.persistent = client.persistent && client.requestDone && upstream?.endsWithConnection === false;
    if (!this.responseDone) leg.timer.set(route.idleTimeout);
    this.sent(client.sendResponse(head, bytes, start, headEnd, end, this.persistent));
    if (this.responseDone && !this.stalled) this.complete();
  }

  /** Responds as policies want it, with a target's response or one of this side's own. */
  private respondBy(course: Course, from: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, engine, leg, record, route, target } = this;
    const { upstream } = leg;
    const { name, tier } = target ?? { name: '', tier: '' };
    route.answered(policyResponse(from, bytes, name, tier, record.fallback), course, engine.wheel.now);
    const headOnly = record.method === 'HEAD';
    const edited = course.changesResponse
      ? editedResponse(course, from, bytes, start, headEnd, end, headOnly, client.minor > 0)
      : { head: from, bytes, start, headEnd, end, body: 'same' as const };
    if (edited === undefined) return this.breakOff('rewrite');
    const { body } = edited;
    const bodyDone = upstream === undefined || body === 'dropped' || upstream.bodyDone;
    const untilClose = upstream?.endsWithConnection === true && body === 'same';
    if (upstream !== undefined && body !== 'dropped')
      this.path = bodyPath(engine.wheel, course, body === 'transformed' ? from : undefined, this);
    const { path } = this;
    this.state = RESPONDING;
    record.status = edited.head.status;
    this.persistent = client.persistent && client.requestDone && !untilClose;
    this.responseDone = bodyDone && path === undefined;
    if (body === 'dropped') leg.leave(client.requestDone);
    else if (!bodyDone) leg.timer.set(route.idleTimeout);
    const first = path === undefined ? edited.end : edited.headEnd;
    this.sent(client.sendResponse(edited.head, edited.bytes, edited.start, edited.headEnd, first, this.persistent));
    path?.push(bytes, headEnd, end, bodyDone);
    if (path?.full) upstream?.pause();
    if (this.responseDone && !this.stalled) this.complete();
  }

  onPathOctets(octets: Buffer): boolean {
    this.sent(this.client.sendBody(octets, 0, octets.length));
    return !this.stalled;
  }

  onPathReady() {
    if (this.stalled) return;
    this.leg.timer.set(this.route.idleTimeout);
    this.leg.upstream?.resume();
  }

  onPathEnd() {
    this.responseDone = true;
    if (!this.stalled) this.complete();
  }

  onPathBroken() {
    this.breakOff('transform');
  }

  onLegSwitch(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, engine, route } = this;
    const { upstream } = leg;
    if (client.tunnel === undefined || upstream === undefined) return;
    leg.tell('ok', head.status);
    this.copy.clear();
    this.state = SWITCHED;
    this.record.status = head.status;
    this.persistent = false;
    this.tunnel = new Tunnel(client.tunnel, upstream, engine.outgoing);
    leg.timer.set(route.idleTimeout);
    this.sent(client.tunnel.switchTo(head, bytes, start, headEnd, end));
  }

  onLegBody(bytes: Buffer, start: number, end: number) {
    const { leg } = this;
    if (!this.stalled) leg.timer.set(this.route.idleTimeout);
    if (this.tunnel !== undefined) return this.sent(this.tunnel.fromTarget(bytes, start, end));
    const done = leg.upstream?.bodyDone === true;
    if (this.path !== undefined) return this.pushOn(this.path, bytes, start, end, done);
    this.responseDone = done;
    this.sent(this.client.sendBody(bytes, start, end));
    if (this.responseDone && !this.stalled) this.complete();
  }

  onLegBodyEnd() {
    if (this.tunnel !== undefined) {
      this.tunnel.targetEnded();
      return this.closeTunnel();
    }
    if (this.path !== undefined) return this.path.push(NOTHING, 0, 0, true);
    this.responseDone = true;
    if (!this.stalled) this.complete();
  }

  private pushOn(path: BodyPath, bytes: Buffer, start: number, end: number, done: boolean) {
    path.push(bytes, start, end, done);
    if (!path.full) return;
    this.leg.timer.clear();
    this.leg.upstream?.pause();
  }

  onLegDrained() {
    this.held = false;
    this.client.release();
    this.closeTunnel();
  }

  onLegBroken(reason: string) {
    this.breakOff(reason);
  }

  /** Closes a tunnel whose sides have both ended, once nothing waits to be sent. */
  private closeTunnel() {
    if (this.tunnel?.done && !this.stalled && !this.held) this.complete();
  }

  private sent(flushed: boolean) {
    if (flushed) return;
    this.stalled = true;
    // From here on it is the client who is waited for.
    this.leg.timer.clear();
    this.leg.upstream?.pause();
    this.client.stalled();
  }

  private answerFallback(failing: number) {
    const { route } = this;
    if (route.fallback === undefined) return;
    this.record.fallback = true;
    route.metrics.fallbacks.value += 1;
    this.target = undefined;
    this.answer(route.statusOfFallback(failing), route.fallback);
  }

  /** Answers without a target. */
  private answer(status: number, answer: Answer) {
    this.state = RESPONDING;
    this.record.status = status;
    this.responseDone = true;
    this.persistent = this.client.persistent && this.client.requestDone;
    if (this.course !== undefined) return this.answerBy(this.course, status, answer);
    this.sent(this.client.sendAnswer(status, answer, this.record.method === 'HEAD', this.persistent));
    if (!this.stalled) this.complete();
  }

  /** Own answers go the way of all others, so that policies see them. */
  private answerBy(course: Course, status: number, answer: Answer) {
    const octets = answerOctets(status, answer, { headOnly: this.record.method === 'HEAD', connection: undefined });
    const headEnd = ownHead.read(octets, 0, octets.length);
    this.target = undefined;
    this.respondBy(course, ownHead, octets, 0, headEnd, octets.length);
  }

  // The end

  private breakOff(reason: string) {
    this.record.reason = reason;
    this.leave();
    this.end();
    this.client.broken();
  }

  private complete() {
    this.leave();
    this.end();
    this.client.finished(this.persistent);
  }

  /** Gives up whatever is under way. */
  private leave() {
    this.wait?.stop();
    this.path?.close();
    this.leg.leave(this.client.requestDone);
    this.second?.leave(true);
  }

  private end() {
    this.state = RESTING;
    this.tunnel = undefined;
    this.course = undefined;
    this.path = undefined;
    this.copy.clear();
    this.record.end(this.route, this.target, this.attempts.count);
  }

  /** Does nothing for a while. @param cancel - ends what else is waited for */
  private hold(milliseconds: number, due: () => void, cancel?: () => void) {
    this.state = WAITING;
    this.client.hold();
    this.waiting.start(milliseconds, due, cancel);
  }

  private holdUntilDeadline(cancel: () => void) {
    const due = () => {
      cancel();
      this.giveUp('deadline', 504);
    };
    this.hold(this.deadline - this.engine.wheel.now, due, cancel);
  }

  private get waiting(): Wait {
    this.wait ??= new Wait(this.engine.wheel);
    return this.wait;
  }
}
