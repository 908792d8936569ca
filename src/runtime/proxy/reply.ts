import type { Answer } from '../../passes';
import type { NotedRequest, StaleCapture } from '../fallbacks';
import { ResponseHead } from '../http';
import type { Course } from '../policies';
import { answerOctets } from './answer';
import type { BodyPath, BodyPathUser } from './body-path';
import { bodyPath } from './body-paths';
import { editedResponse } from './edited-response';
import type { Engine } from './engine';
import type { ExchangeClient } from './exchange-client';
import type { Leg } from './leg';
import { policyResponse } from './policy-view';
import type { RequestRecord } from './request-record';
import type { ServedRoute } from './served-route';
import { Tunnel } from './tunnel';

const NOTHING = Buffer.alloc(0);

/** Own answers are read in one go, so one object serves all of them. */
const ownHead = new ResponseHead();

/** Whose reply it is. */
export interface ReplyOwner {
  /** All of it has been handed to the client. */
  onReplied(persistent: boolean): void;
  /** It breaks off: the client must not take it for whole. */
  onReplyBroken(reason: string): void;
}

/** A response on its way to the client, a target's or one of this side's own, or a tunnel in place of one. */
export class Reply implements BodyPathUser {
  private client!: ExchangeClient;
  private route!: ServedRoute;
  /** Whose response it is; `undefined` for an own one. */
  private leg: Leg | undefined;
  private tunnel: Tunnel | undefined;
  /** What the body goes through; `undefined` where it goes straight to the client. */
  private path: BodyPath | undefined;
  /** Keeps the response to be given again. */
  private capture: StaleCapture | undefined;
  /** Whether the client is waited for. */
  private stalled = false;
  /** Whether octets of a tunnel wait to be sent to the target. */
  private held = false;
  /** Whether the last octet has come. */
  private done = false;
  private persistent = true;

  constructor(
    private readonly engine: Engine,
    private readonly record: RequestRecord,
    private readonly owner: ReplyOwner,
  ) {}

  /** Starts with a new request. */
  begin(client: ExchangeClient, route: ServedRoute) {
    this.client = client;
    this.route = route;
    this.leg = undefined;
    this.capture = undefined;
    this.stalled = false;
    this.held = false;
    this.done = false;
  }

  /** Hands a target's response on. */
  respond(
    leg: Leg,
    course: Course | undefined,
    noted: NotedRequest | undefined,
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    headEnd: number,
    end: number,
  ) {
    const { client, route } = this;
    const { upstream } = leg;
    this.leg = leg;
    if (noted !== undefined && this.record.method !== 'HEAD')
      this.capture = route.fallback?.capture(noted, head.status, bytes.subarray(start, headEnd));
    this.takeIn(bytes, headEnd, end);
    if (course !== undefined) return this.respondBy(course, head, bytes, start, headEnd, end);
    this.record.status = head.status;
    this.done = upstream?.bodyDone === true;
    this.persistent = client.persistent && client.requestDone && upstream?.endsWithConnection === false;
    if (!this.done) leg.timer.set(route.idleTimeout);
    this.sent(client.sendResponse(head, bytes, start, headEnd, end, this.persistent));
    this.end();
  }

  /** Answers without a target. */
  answer(course: Course | undefined, status: number, answer: Answer) {
    const { client, record } = this;
    const headOnly = record.method === 'HEAD';
    if (course !== undefined) {
      // Own answers go the way of all others, so that policies see them.
      const octets = answerOctets(status, answer, { headOnly, connection: undefined });
      return this.respondBy(course, ownHead, octets, 0, ownHead.read(octets, 0, octets.length), octets.length);
    }
    record.status = status;
    this.done = true;
    this.persistent = client.persistent && client.requestDone;
    this.sent(client.sendAnswer(status, answer, headOnly, this.persistent));
    this.end();
  }

  /** Hands on the response that takes up another protocol, and all that follows. */
  switchTo(leg: Leg, head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, engine, route } = this;
    const { upstream } = leg;
    if (client.tunnel === undefined || upstream === undefined) return;
    this.leg = leg;
    this.record.status = head.status;
    this.persistent = false;
    this.tunnel = new Tunnel(client.tunnel, upstream, engine.outgoing);
    leg.timer.set(route.idleTimeout);
    this.sent(client.tunnel.switchTo(head, bytes, start, headEnd, end));
  }

  /** More of the target's body, or of the other protocol. */
  body(bytes: Buffer, start: number, end: number) {
    const { leg, path } = this;
    if (!this.stalled) leg?.timer.set(this.route.idleTimeout);
    if (this.tunnel !== undefined) return this.sent(this.tunnel.fromTarget(bytes, start, end));
    this.takeIn(bytes, start, end);
    const done = leg?.upstream?.bodyDone === true;
    if (path !== undefined) return this.push(path, bytes, start, end, done);
    this.done = done;
    this.sent(this.client.sendBody(bytes, start, end));
    this.end();
  }

  /** The end of a body, or of another protocol, that ends with its connection. */
  bodyEnd() {
    if (this.tunnel !== undefined) {
      this.tunnel.targetEnded();
      return this.closeTunnel();
    }
    if (this.path !== undefined) return this.path.push(NOTHING, 0, 0, true);
    this.done = true;
    this.end();
  }

  /** Octets of the protocol that was taken up. */
  forwardTunnel(bytes: Buffer, start: number, end: number) {
    this.leg?.timer.set(this.route.idleTimeout);
    if (this.tunnel?.fromClient(bytes, start, end) !== false) return;
    this.held = true;
    this.client.hold();
  }

  /** The client will send no more of the protocol that was taken up. */
  endTunnel() {
    this.tunnel?.clientEnded();
    this.closeTunnel();
  }

  /** The target takes more. */
  onTargetDrained() {
    this.held = false;
    this.client.release();
    this.closeTunnel();
  }

  /** What had to wait has gone to the client. */
  onClientDrained() {
    if (!this.stalled) return;
    this.stalled = false;
    if (this.done) return this.end();
    this.path?.resume();
    // What waited in the path may have been the rest of it, or more than the client takes.
    if (this.stalled || this.leg === undefined) return;
    this.leg.timer.set(this.route.idleTimeout);
    if (this.path?.full !== true) this.leg.upstream?.resume();
    this.closeTunnel();
  }

  /** It is over, in whatever way. */
  leave() {
    this.path?.close();
    this.path = undefined;
    this.tunnel = undefined;
    this.leg = undefined;
  }

  onPathOctets(octets: Buffer): boolean {
    this.sent(this.client.sendBody(octets, 0, octets.length));
    return !this.stalled;
  }

  onPathReady() {
    if (this.stalled) return;
    this.leg?.timer.set(this.route.idleTimeout);
    this.leg?.upstream?.resume();
  }

  onPathEnd() {
    this.done = true;
    this.end();
  }

  onPathBroken() {
    this.owner.onReplyBroken('transform');
  }

  /** Responds as policies want it. */
  private respondBy(course: Course, from: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number) {
    const { client, engine, leg, record, route } = this;
    const { name, tier } = leg?.target ?? { name: '', tier: '' };
    route.answered(policyResponse(from, bytes, name, tier, record.fallback), course, engine.wheel.now);
    const edited = course.changesResponse
      ? editedResponse(course, from, bytes, start, headEnd, end, record.method === 'HEAD', client.minor > 0)
      : { head: from, bytes, start, headEnd, end, body: 'same' as const };
    if (edited === undefined) return this.owner.onReplyBroken('rewrite');
    const { body } = edited;
    if (body === 'dropped') {
      leg?.leave(client.requestDone);
      this.leg = undefined;
    }
    const upstream = this.leg?.upstream;
    const bodyDone = upstream === undefined || upstream.bodyDone;
    const path =
      body === 'dropped' ? undefined : bodyPath(engine.wheel, course, body === 'transformed' ? from : undefined, this);
    this.path = path;
    record.status = edited.head.status;
    const untilClose = body === 'same' && upstream?.endsWithConnection === true;
    this.persistent = client.persistent && client.requestDone && !untilClose;
    this.done = bodyDone && path === undefined;
    if (!bodyDone) this.leg?.timer.set(route.idleTimeout);
    const first = path === undefined ? edited.end : edited.headEnd;
    this.sent(client.sendResponse(edited.head, edited.bytes, edited.start, edited.headEnd, first, this.persistent));
    if (path !== undefined) this.push(path, bytes, headEnd, end, bodyDone);
    this.end();
  }

  private push(path: BodyPath, bytes: Buffer, start: number, end: number, done: boolean) {
    path.push(bytes, start, end, done);
    if (!path.full) return;
    this.leg?.timer.clear();
    this.leg?.upstream?.pause();
  }

  private takeIn(bytes: Buffer, start: number, end: number) {
    if (this.capture === undefined) return;
    this.capture.take(bytes, start, end);
    if (this.leg?.upstream?.bodyDone) this.capture.end(this.engine.wheel.now);
  }

  private sent(flushed: boolean) {
    if (flushed) return;
    this.stalled = true;
    // From here on it is the client who is waited for.
    this.leg?.timer.clear();
    this.leg?.upstream?.pause();
    this.client.stalled();
  }

  private end() {
    if (this.done && !this.stalled) this.owner.onReplied(this.persistent);
  }

  /** Closes a tunnel whose sides have both ended, once nothing waits to be sent. */
  private closeTunnel() {
    if (this.tunnel?.done && !this.stalled && !this.held) this.owner.onReplied(this.persistent);
  }
}
