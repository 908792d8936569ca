import type { Answer } from '../../passes';
import type { ForwardedFields } from '../forwarding';
import { Body, INCOMPLETE, RequestHead, type ResponseHead } from '../http';
import { Timer } from '../timers';
import type { Socket, SocketOwner } from '../transport';
import { type AnswerFrame, answerOctets, errorAnswer, ROUTABLE_METHODS } from './answer';
import type { Engine } from './engine';
import type { Client, Entrance } from './entrance';
import type { Exchange } from './exchange';
import type { ExchangeClient } from './exchange-client';
import { forwardResponse, forwardSwitch } from './forward';
import { noteRefusal } from './refusal';
import { RequestView } from './request-view';
import type { TunnelClient } from './tunnel';
import { type Unrouted, unrouted } from './unrouted';

/** Octets of later requests that are read while one is being answered. */
const PIPELINE_LIMIT = 65_536;
/** How long a client that was refused may go on sending, so that it gets to read why. */
const LINGER_MS = 1_000;

const LF = 0x0a;

const [WAITING, READING_BODY, RESPONDING, SWITCHED, LINGERING, CLOSED] = [0, 1, 2, 3, 4, 5];

/** Heads are read to their end in one go, so one object serves all connections. */
const head = new RequestHead();
const view = new RequestView(head);

/** A connection of a client: reads its requests one after the other, and sees to it that each gets its response. */
export class ClientConnection implements SocketOwner, Client, ExchangeClient, TunnelClient {
  minor = 1;
  octetsSent = 0;
  readonly tunnel = this;
  private state = WAITING;
  /** Of the request that is under way. */
  private exchange: Exchange | undefined;
  private readonly timer: Timer;
  private readonly body = new Body();
  private keepAlive = true;
  /** What was read and belongs to a request that is not being answered yet. */
  private pending: Buffer | undefined;
  /** Whether the time for the head that is being read runs. */
  private inHead = false;
  private processing = false;
  private held = false;
  /** Whether what was just read is being passed on. */
  private forwarding = false;
  private halfClosed = false;

  constructor(
    private readonly engine: Engine,
    private readonly entrance: Entrance,
    readonly socket: Socket,
    readonly forwarded: ForwardedFields,
  ) {
    socket.owner = this;
    this.timer = new Timer(engine.wheel, () => this.onDue());
    this.timer.set(entrance.limits.idleTimeout);
    entrance.clients.add(this);
    entrance.connections.value += 1;
  }

  get requestDone(): boolean {
    return this.body.done;
  }

  get persistent(): boolean {
    return this.keepAlive && !this.entrance.closing;
  }

  drain(): void {
    if (this.state === WAITING && this.pending === undefined) this.close();
  }

  close(): void {
    if (this.leave()) this.socket.close();
  }

  /** Accepted connections stand before they have an owner. */
  onConnected() {}

  onBytes(bytes: Buffer, length: number) {
    switch (this.state) {
      case READING_BODY:
        return this.readBody(bytes, length);
      case RESPONDING:
        this.keep(bytes, 0, length);
        if (this.pendingLength >= PIPELINE_LIMIT) this.socket.pause();
        return;
      case SWITCHED:
        return this.exchange?.forwardTunnel(bytes, 0, length);
      case WAITING:
        return this.readMore(bytes, length);
    }
  }

  onEnd() {
    this.halfClosed = true;
    if (this.state === SWITCHED) return this.exchange?.endTunnel();
    // A request that is whole still gets its response.
    if (this.state !== RESPONDING) this.close();
  }

  onDrained(): void {
    if (this.state === LINGERING) return;
    this.timer.clear();
    if (this.state === READING_BODY && !this.held) this.timer.set(this.entrance.limits.bodyTimeout);
    if (this.exchange !== undefined) this.exchange.onClientDrained();
    else if (this.state === RESPONDING) this.finished(true);
  }

  onBroken(): void {
    this.leave();
  }

  sendInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void {
    const { outgoing } = this.engine;
    forwardResponse(outgoing, head, bytes, start, headEnd, headEnd, undefined);
    if (!this.write(outgoing.view())) outgoing.renew();
  }

  sendResponse(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    headEnd: number,
    end: number,
    persistent: boolean,
  ): boolean {
    const { outgoing } = this.engine;
    forwardResponse(outgoing, head, bytes, start, headEnd, end, this.connectionField(persistent));
    const flushed = this.write(outgoing.view());
    if (!flushed) outgoing.renew();
    return flushed;
  }

  sendBody(bytes: Buffer, start: number, end: number): boolean {
    return this.write(bytes.subarray(start, end));
  }

  sendAnswer(status: number, answer: Answer, headOnly: boolean, persistent: boolean): boolean {
    return this.write(answerOctets(status, answer, { headOnly, connection: this.connectionField(persistent) }));
  }

  switchTo(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): boolean {
    this.state = SWITCHED;
    const { outgoing } = this.engine;
    forwardSwitch(outgoing, head, bytes, start, headEnd, end);
    const flushed = this.write(outgoing.view());
    if (!flushed) outgoing.renew();
    // A client may send on without waiting for the answer, though it should not.
    const early = this.pending;
    this.pending = undefined;
    if (early !== undefined) this.exchange?.forwardTunnel(early, 0, early.length);
    this.socket.resume();
    if (this.halfClosed) this.exchange?.endTunnel();
    return flushed;
  }

  sendTunnelled(octets: Buffer): boolean {
    return this.write(octets);
  }

  endTunnel(): void {
    this.socket.end();
  }

  useOwnBuffer(): void {
    this.socket.useOwnBuffer();
  }

  hold(): void {
    // Behind a whole request only later ones come, which do not go to the target; but its own octets must stay.
    if (this.held || (this.requestDone && !this.forwarding && this.state !== SWITCHED)) return;
    this.held = true;
    this.socket.pause();
    this.timer.clear();
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    this.socket.resume();
    if (this.state === READING_BODY) this.timer.set(this.entrance.limits.bodyTimeout);
  }

  stalled(): void {
    this.timer.set(this.entrance.limits.idleTimeout);
  }

  finished(persistent: boolean) {
    this.giveExchange();
    if (this.state === SWITCHED) return this.close();
    this.release();
    if (!persistent) return this.requestDone && this.pending === undefined ? this.close() : this.linger();
    this.state = WAITING;
    this.timer.set(this.entrance.limits.idleTimeout);
    if (this.processing) return;
    this.readPending();
    // What a request lacks will not come any more.
    if (this.halfClosed && this.state !== RESPONDING) this.close();
  }

  broken(): void {
    if (this.leave()) this.socket.reset();
  }

  private get pendingLength(): number {
    return this.pending === undefined ? 0 : this.pending.length;
  }

  private keep(bytes: Buffer, start: number, end: number): void {
    const rest = bytes.subarray(start, end);
    this.pending = this.pending === undefined ? Buffer.from(rest) : Buffer.concat([this.pending, rest]);
  }

  /** New octets while no request is under way. */
  private readMore(bytes: Buffer, length: number) {
    if (this.pending === undefined) return this.process(bytes, length);
    this.keep(bytes, 0, length);
    // A head that comes octet by octet is looked at again only when a line of it is whole.
    const lineEnds = bytes.subarray(0, length).includes(LF);
    if (lineEnds || this.pendingLength >= this.entrance.limits.head) this.readPending();
  }

  private readPending(): void {
    const { pending } = this;
    if (pending === undefined) return;
    this.pending = undefined;
    this.process(pending, pending.length);
    // Reading may have stopped because too much was pending.
    if (this.state !== RESPONDING && !this.held) this.socket.resume();
  }

  private process(bytes: Buffer, end: number): void {
    this.processing = true;
    let at = 0;
    while (this.state === WAITING && at < end) {
      const next = this.readRequest(bytes, at, end);
      if (next === INCOMPLETE) break;
      at = next;
    }
    this.processing = false;
    if (at < end && (this.state === WAITING || this.state === RESPONDING)) this.keep(bytes, at, end);
  }

  /** @returns where the next request begins, or {@link INCOMPLETE} */
  private readRequest(bytes: Buffer, start: number, end: number): number {
    const { limits } = this.entrance;
    const headEnd = head.read(bytes, start, end, limits);
    if (headEnd < 0) return this.refuse(-headEnd, end);
    if (headEnd === INCOMPLETE) {
      if (!this.inHead) this.timer.set(limits.headTimeout);
      this.inHead = true;
      return INCOMPLETE;
    }
    this.inHead = false;
    if (head.chunked) this.body.startChunked();
    else this.body.startLength(Math.max(head.contentLength, 0));
    const bodyEnd = this.body.take(bytes, headEnd, end);
    if (bodyEnd < 0) return this.refuse(400, end);
    if (this.exceeds(Math.max(head.contentLength, this.body.received))) return this.refuse(413, end);
    this.minor = head.minor;
    this.keepAlive = !head.close;
    this.startRequest(bytes, headEnd, bodyEnd);
    return bodyEnd;
  }

  private startRequest(bytes: Buffer, headEnd: number, bodyEnd: number): void {
    view.fill(bytes);
    this.forwarded.read(head, bytes);
    const route = this.entrance.router.find(view);
    if (this.requestDone) {
      this.state = RESPONDING;
      this.timer.clear();
    } else {
      this.state = READING_BODY;
      this.socket.useOwnBuffer();
      this.timer.set(this.entrance.limits.bodyTimeout);
    }
    if (route === undefined) this.refuseUnrouted(bytes);
    else {
      this.exchange = this.engine.spareExchanges.take(this.engine);
      this.exchange.begin(this, route, view, headEnd, bodyEnd);
    }
  }

  private readBody(bytes: Buffer, length: number) {
    const bodyEnd = this.body.take(bytes, 0, length);
    if (bodyEnd < 0) return this.refuseLate(400);
    if (this.exceeds(this.body.received)) return this.refuseLate(413);
    if (this.requestDone) {
      this.state = RESPONDING;
      this.timer.clear();
      if (bodyEnd < length) this.keep(bytes, bodyEnd, length);
    } else this.timer.set(this.entrance.limits.bodyTimeout);
    this.forwarding = true;
    this.exchange?.forwardBody(bytes, 0, bodyEnd);
    this.forwarding = false;
  }

  private exceeds(bodyLength: number): boolean {
    const { body } = this.entrance.limits;
    return body !== undefined && bodyLength > body;
  }

  private onDue(): void {
    if (this.state === WAITING && this.inHead) this.refuse(408, 0);
    else if (this.state === READING_BODY) this.refuseLate(408);
    else if (this.state === RESPONDING || this.state === SWITCHED) this.broken();
    else this.close();
  }

  /** No route: an answer after which the connection may go on. */
  private refuseUnrouted(bytes: Buffer) {
    const { status, headers } = unrouted(this.entrance, view);
    const persistent = this.persistent && this.requestDone;
    const flushed = this.answer(status, {
      headers,
      headOnly: view.method === 'HEAD',
      connection: this.connectionField(persistent),
    });
    const { method, path } = view;
    noteRefusal(this.engine, this.entrance, this.forwarded.address, status, { method, host: head.host(bytes), path });
    if (!persistent) this.linger();
    else if (flushed) this.finished(true);
    else this.stalled();
  }

  /** Refuses what is not taken for a request, and all that follows it. @returns `end`, where reading stops */
  private refuse(status: number, end: number): number {
    noteRefusal(this.engine, this.entrance, this.forwarded.address, status);
    this.answerLast(status);
    return end;
  }

  /** Refuses a request whose head was taken: with a status, unless a response has begun. */
  private refuseLate(status: number) {
    if (!this.exchange?.answerable) return this.broken();
    this.exchange.abort(status);
    this.giveExchange();
    this.answerLast(status);
  }

  private answerLast(status: number): void {
    const headers: Record<string, string> = status === 405 ? { Allow: ROUTABLE_METHODS } : {};
    this.answer(status, { headers, headOnly: false, connection: 'close' });
    this.linger();
  }

  private answer(status: number, { headers, ...frame }: AnswerFrame & Pick<Unrouted, 'headers'>): boolean {
    return this.write(answerOctets(status, errorAnswer(status, headers), frame));
  }

  private write(octets: Buffer): boolean {
    this.octetsSent += octets.length;
    return this.socket.write(octets);
  }

  /** What has to be said of the connection: HTTP/1.0 ends it unless told otherwise, HTTP/1.1 goes on. */
  private connectionField(persistent: boolean): AnswerFrame['connection'] {
    if (!persistent) return 'close';
    return this.minor === 0 ? 'keep-alive' : undefined;
  }

  /** Ends the sending side, and lets the client send on for a while: a RST now could take the answer away from it. */
  private linger() {
    if (this.halfClosed) return this.close();
    this.state = LINGERING;
    this.pending = undefined;
    this.socket.resume();
    this.socket.end();
    this.timer.set(LINGER_MS);
  }

  private giveExchange(): void {
    if (this.exchange === undefined) return;
    this.engine.spareExchanges.give(this.exchange);
    this.exchange = undefined;
  }

  /** @returns whether the connection was still there */
  private leave(): boolean {
    if (this.state === CLOSED) return false;
    this.state = CLOSED;
    this.timer.drop();
    this.pending = undefined;
    this.exchange?.abort(0);
    this.giveExchange();
    this.entrance.clients.delete(this);
    this.entrance.connections.value -= 1;
    return true;
  }
}
