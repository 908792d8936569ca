import type { AttemptFailure } from '../../model';
import { type Answer, STATIC_STATUS } from '../../passes';
import type { FallbackAnswer, NotedRequest } from '../fallbacks';
import type { ProxiedConnection } from '../forwarding';
import type { ResponseHead } from '../http';
import type { Course, PolicyRequest } from '../policies';
import type { Target, Upstream, Waiter } from '../upstream';
import { errorAnswer } from './answer';
import { Attempts } from './attempts';
import { backoffMs } from './backoff';
import type { Engine } from './engine';
import type { ExchangeClient } from './exchange-client';
import { Leg, type LegOwner } from './leg';
import { Mirror } from './mirror';
import { policyRequest } from './policy-view';
import { Reply, type ReplyOwner } from './reply';
import { RequestCopy } from './request-copy';
import { RequestRecord } from './request-record';
import type { RequestView } from './request-view';
import type { ServedRoute } from './served-route';
import { Wait } from './wait';

/**
 * A request that must not be sent twice is sent over a connection that was used this short a time ago, in milliseconds,
 * or over a new one: the longer one has waited, the likelier its server is closing it now.
 */
const FRESH_MS = 500;

/** Why an attempt failed, or none was made. */
type Failure = AttemptFailure | 'noTarget' | 'shed' | 'deadline';

/** Why a request has no place. */
type ShedReason = Parameters<Waiter['onTurnedAway']>[0];

/** When a client that was turned away may come again, in seconds: a queue is longer or shorter by then. */
const SHED_RETRY_AFTER = '1';

const [RESTING, WAITING, TRYING, RESPONDING, SWITCHED] = [0, 1, 2, 3, 4];

/** One request on its way: the attempts at getting a response, and the response on its way back. */
export class Exchange implements LegOwner, Waiter, ReplyOwner {
  private state = RESTING;
  private client!: ExchangeClient;
  private route!: ServedRoute;
  /** What the route's policies say; `undefined` where it has none. */
  private course: Course | undefined;
  private maySwitch = false;
  private readonly copy = new RequestCopy();
  private readonly attempts = new Attempts();
  /** Who was asked last. */
  private target: Target | undefined;
  private leg: Leg;
  /** Asks another target while the first is slow. Few requests ever need it. */
  private second: Leg | undefined;
  private wait: Wait | undefined;
  /** Whether the attempt under way is one that the client is not to notice. */
  private rehearsing = false;
  /** Why it had no place in the last tier that was full. */
  private shedReason: ShedReason = 'queueFull';
  /** What its fallback keeps of the request. */
  private noted: NotedRequest | undefined;
  /** Whether the fallback's pool is asked. */
  private inFallback = false;
  /** Why the attempt before failed, in case there is no other. */
  private failure: Failure = 'noTarget';
  private failingStatus = 503;
  private readonly record: RequestRecord;
  private readonly reply: Reply;

  constructor(private readonly engine: Engine) {
    this.record = new RequestRecord(engine);
    this.leg = new Leg(engine, this);
    this.reply = new Reply(engine, this.record, this);
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
    this.reply.begin(client, route);
    this.failure = 'noTarget';
    this.failingStatus = 503;
    const { forwarded } = client;
    this.course = undefined;
    this.noted = undefined;
    this.inFallback = false;
    if (route.looks) this.lookAt(policyRequest(view, forwarded.scheme, forwarded.address), now);
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
    this.reply.forwardTunnel(bytes, start, end);
  }

  /** The client will send no more of the protocol that was taken up. */
  endTunnel() {
    this.reply.endTunnel();
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
    this.reply.onClientDrained();
  }

  // Before the first attempt

  private lookAt(request: PolicyRequest, now: number) {
    const { route } = this;
    this.noted = route.fallback?.note(request, now);
    if (route.decides) this.course = route.courseOf(request, now);
  }

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
    const { answer: own, reason, status } = answer;
    this.record.reason = reason;
    // A staged failure is to be met as a real one would be.
    if (reason === 'fault' && this.route.replaces(status)) this.fallBack(status, own);
    else this.answer(status, own);
  }

  /** Sends the request on its way. */
  private setOut() {
    if (this.route.static) return this.fallBack(STATIC_STATUS, errorAnswer(STATIC_STATUS));
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
      this.shedReason = 'queueFull';
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

  onTurnedAway(why: ShedReason) {
    this.shedReason = why;
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

  mayGoElsewhere(): boolean {
    return this.rehearsing || this.attempts.mayMove(this.copy.whole, this.engine.wheel.now);
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
    const other = ended === leg ? second : leg;
    if (other?.active !== true) return false;
    if (other === second) this.swap(second);
    return true;
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
    this.record.reason ||= failure;
    if (failure === 'shed') this.route.metrics.shed(this.shedReason);
    const own = errorAnswer(status, failure === 'shed' ? { 'Retry-After': SHED_RETRY_AFTER } : undefined);
    if (this.route.replacesFailure(status)) this.fallBack(status, own);
    else this.answer(status, own);
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
    if (route.replacesStatus(status) && this.fallBackFrom(leg, status)) return;
    this.state = RESPONDING;
    this.reply.respond(this.leg, this.course, this.noted, head, bytes, start, headEnd, end);
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

  onLegSwitch(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    leg.tell('ok', head.status);
    this.copy.clear();
    this.state = SWITCHED;
    this.reply.switchTo(leg, head, bytes, start, headEnd, end);
  }

  onLegBody(bytes: Buffer, start: number, end: number) {
    this.reply.body(bytes, start, end);
  }

  onLegBodyEnd() {
    this.reply.bodyEnd();
  }

  onLegDrained() {
    this.reply.onTargetDrained();
  }

  onReplyBroken(reason: string) {
    this.breakOff(reason);
  }

  onReplied(persistent: boolean) {
    this.leave();
    this.end();
    this.client.finished(persistent);
  }

  onLegBroken(reason: string) {
    this.breakOff(reason);
  }

  // The fallback

  /** Lets the fallback answer, or else what is this side's own. @param failing - the status that would be sent without it */
  private fallBack(failing: number, own: Answer) {
    const found = this.inFallback ? undefined : this.fallbackAnswer(failing);
    if (found !== undefined) this.answerFallback(found);
    else if (!this.turnToPool(failing)) this.answer(failing, own);
  }

  /** The same in place of a target's answer. @returns whether it does; else the target's answer is what is left */
  private fallBackFrom(leg: Leg, status: number): boolean {
    if (this.inFallback) return false;
    const found = this.fallbackAnswer(status);
    if (found === undefined && !this.mayTurn) return false;
    leg.leave(this.client.requestDone);
    this.record.reason = String(status);
    if (found !== undefined) this.answerFallback(found);
    else this.turnToPool(status);
    return true;
  }

  private fallbackAnswer(failing: number): FallbackAnswer | undefined {
    return this.route.fallback?.answer(failing, this.noted, this.engine.wheel.now);
  }

  private answerFallback({ status, answer }: FallbackAnswer) {
    this.noteFallback();
    this.target = undefined;
    this.answer(status, answer);
  }

  /** Whether there is a pool to turn to, and the request may be sent to it. */
  private get mayTurn(): boolean {
    return !this.inFallback && this.route.fallback?.pool !== undefined && !this.attempts.final(this.copy.whole);
  }

  /** Goes on with the pool of the fallback, whose own failure is the end. */
  private turnToPool(failing: number): boolean {
    const pool = this.route.fallback?.pool;
    if (pool === undefined || !this.mayTurn) return false;
    this.noteFallback();
    this.inFallback = true;
    this.failure = 'noTarget';
    this.failingStatus = failing;
    const { now } = this.engine.wheel;
    this.attempts.turnTo(pool, now);
    this.goOn(this.attempts.again(now));
    return true;
  }

  private noteFallback() {
    this.record.fallback = true;
    this.route.metrics.fallbacks.value += 1;
  }

  /** Answers without a target. */
  private answer(status: number, answer: Answer) {
    this.state = RESPONDING;
    this.reply.answer(this.course, status, answer);
  }

  // The end

  private breakOff(reason: string) {
    this.record.reason = reason;
    this.leave();
    this.end();
    this.client.broken();
  }

  /** Gives up whatever is under way. */
  private leave() {
    this.wait?.stop();
    this.reply.leave();
    this.leg.leave(this.client.requestDone);
    this.second?.leave(true);
  }

  private end() {
    this.state = RESTING;
    this.course = undefined;
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
