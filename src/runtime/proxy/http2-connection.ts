import type { Listener } from '../../model';
import type { ForwardedFields } from '../forwarding';
import { INCOMPLETE, RequestHead } from '../http';
import { ErrorCode, REQUEST, ServerSession, type ServerSessionOwner, type Stream } from '../http2';
import { Timer } from '../timers';
import { atTurnEnd, type Socket, type SocketOwner, type TurnUser } from '../transport';
import { ROUTABLE_METHODS } from './answer';
import type { Engine } from './engine';
import type { Client, Entrance } from './entrance';
import { Http2Stream } from './http2-stream';
import { noteRefusal } from './refusal';
import { RequestView } from './request-view';
import { unrouted } from './unrouted';

/** Requests that a client may have under way at once on one connection. */
const MOST_STREAMS = 100;
/** What a list of fields counts for each of them, beyond the octets of the head that they become. */
const FIELD_OVERHEAD = 32;
/** How long a client may take to learn that the connection ends, and one that failed to read why. */
const LINGER_MS = 1_000;
/** Streams that are kept for the requests to come. */
const MOST_SPARE = 512;

const [OPEN, ENDING, LINGERING, CLOSED] = [0, 1, 2, 3];

/** Heads are read to their end in one go, so one object serves all connections. */
const head = new RequestHead();
const view = new RequestView(head);

const spares = new WeakMap<Engine, Http2Stream[]>();

/** A client's connection that speaks HTTP/2: many requests at once, each of them an exchange of its own. */
export class Http2Connection implements SocketOwner, ServerSessionOwner, Client, TurnUser {
  private state = OPEN;
  private readonly session: ServerSession;
  private readonly idleTimer: Timer;
  private readonly headTimer: Timer;
  private readonly stallTimer: Timer;
  private readonly spares: Http2Stream[];
  /** Whether a write goes on, and what comes after it waits. */
  private writing = false;
  private flushing = false;
  private halfClosed = false;
  private inHead = false;
  /** Whether the client is being told that the connection ends. */
  private goingAway = false;

  constructor(
    private readonly engine: Engine,
    private readonly entrance: Entrance,
    private readonly socket: Socket,
    readonly forwarded: ForwardedFields,
  ) {
    socket.owner = this;
    this.idleTimer = new Timer(engine.wheel, () => this.onIdleDue());
    this.headTimer = new Timer(engine.wheel, () => this.session.fail(ErrorCode.ENHANCE_YOUR_CALM));
    this.stallTimer = new Timer(engine.wheel, () => this.abandon());
    this.spares = sparesOf(engine);
    const { limits } = entrance;
    const fields = limits.head + limits.headers * FIELD_OVERHEAD;
    this.session = new ServerSession(
      this,
      { fields, streams: MOST_STREAMS, closed: MOST_STREAMS },
      () => engine.wheel.now,
    );
    this.idleTimer.set(limits.idleTimeout);
    entrance.clients.add(this);
    entrance.connections.value += 1;
  }

  get limits(): Listener['limits'] {
    return this.entrance.limits;
  }

  /** How long a response may wait for the client to take more, in milliseconds. */
  get stallTimeout(): number {
    return this.halfClosed ? LINGER_MS : this.limits.idleTimeout;
  }

  get output(): ServerSession['output'] {
    return this.session.output;
  }

  /** A stream that is not used any more. */
  spare(stream: Http2Stream): void {
    if (this.spares.length < MOST_SPARE) this.spares.push(stream);
  }

  drain(): void {
    if (this.state !== OPEN) return;
    this.goingAway = true;
    this.session.goAway();
    this.idleTimer.set(LINGER_MS);
  }

  close(): void {
    if (this.leave()) this.socket.close();
  }

  // The socket

  /** Accepted connections stand before they have an owner. */
  onConnected() {}

  onBytes(bytes: Buffer, length: number): void {
    if (this.state !== OPEN) return;
    this.session.receive(bytes, 0, length);
    if (this.session.inHead === this.inHead) return;
    this.inHead = this.session.inHead;
    if (this.inHead) this.headTimer.set(this.limits.headTimeout);
    else this.headTimer.clear();
  }

  onEnd(): void {
    this.halfClosed = true;
    // Requests that are whole still get their responses, as far as the client has said that it takes them.
    if (this.state === OPEN) this.session.clientEnded();
    if (this.state === LINGERING || this.session.streamCount === 0) this.close();
  }

  onDrained(): void {
    if (!this.writing) return;
    this.writing = false;
    this.stallTimer.clear();
    this.session.output.giveBack();
    this.flush();
    if (!this.session.full) this.socket.resume();
  }

  onBroken(): void {
    this.leave();
  }

  // The session

  onOutput(): void {
    if (!this.flushing) atTurnEnd(this);
  }

  onTurnEnd(): void {
    this.flush();
  }

  onRequest(stream: Stream, tooLarge: boolean) {
    if (!this.goingAway) this.idleTimer.clear();
    const own = this.spares.pop() ?? new Http2Stream(this.engine);
    own.open(this, stream);
    const { limits, router } = this.entrance;
    const octets = REQUEST.head.view();
    const headEnd = tooLarge ? -431 : head.read(octets, 0, octets.length, limits);
    if (headEnd <= INCOMPLETE) return this.refuse(own, -headEnd || 400);
    if (limits.body !== undefined && head.contentLength > limits.body) return this.refuse(own, 413);
    view.fill(octets);
    this.forwarded.read(head, octets);
    const route = router.find(view);
    if (route !== undefined) own.begin(route, view, headEnd);
    else this.refuseUnrouted(own, octets);
  }

  onIdle(): void {
    if (this.state !== OPEN) return;
    if (this.session.refusesFurther || this.halfClosed) this.end();
    else if (!this.goingAway) this.idleTimer.set(this.limits.idleTimeout);
  }

  onFailed(): void {
    this.end();
  }

  /** A client opens no more streams of its own accord, then; those that are open go on. */
  onGoaway(): void {}

  private refuse(stream: Http2Stream, status: number): void {
    noteRefusal(this.engine, this.entrance, this.forwarded.address, status);
    stream.refuse(status, status === 405 ? { Allow: ROUTABLE_METHODS } : {});
  }

  private refuseUnrouted(stream: Http2Stream, octets: Buffer): void {
    const { status, headers } = unrouted(this.entrance, view);
    const { method, path } = view;
    noteRefusal(this.engine, this.entrance, this.forwarded.address, status, { method, host: head.host(octets), path });
    stream.refuse(status, headers, head);
  }

  private flush(): void {
    if (this.state === CLOSED || this.writing) return;
    const { session, socket } = this;
    const { output } = session;
    this.flushing = true;
    while (output.length > 0 && !this.writing) {
      if (socket.write(output.take())) output.giveBack();
      else {
        this.writing = true;
        this.stallTimer.set(this.limits.idleTimeout);
      }
      session.flushed();
    }
    this.flushing = false;
    // A client that asks and does not listen is not asked on.
    if (this.writing && session.full) socket.pause();
    if (this.state === ENDING && !this.writing) this.linger();
  }

  private onIdleDue() {
    if (this.state !== OPEN) return this.close();
    this.session.refuseFurther();
    if (this.session.streamCount === 0) this.end();
  }

  /** Ends the connection once all that is to be said was written. */
  private end(): void {
    if (this.state !== OPEN) return;
    this.state = ENDING;
    this.headTimer.clear();
    if (!this.flushing) atTurnEnd(this);
  }

  /** Ends the sending side, and waits a while for the client's end: a RST now could take the last words away from it. */
  private linger() {
    if (this.halfClosed) return this.close();
    this.state = LINGERING;
    this.socket.resume();
    this.socket.end();
    this.idleTimer.set(LINGER_MS);
  }

  private abandon(): void {
    if (this.leave()) this.socket.reset();
  }

  /** @returns whether the connection was still there */
  private leave(): boolean {
    if (this.state === CLOSED) return false;
    this.state = CLOSED;
    this.idleTimer.drop();
    this.headTimer.drop();
    this.stallTimer.drop();
    this.session.lost(ErrorCode.CANCEL);
    this.entrance.clients.delete(this);
    this.entrance.connections.value -= 1;
    return true;
  }
}

function sparesOf(engine: Engine): Http2Stream[] {
  let own = spares.get(engine);
  if (own === undefined) {
    own = [];
    spares.set(engine, own);
  }
  return own;
}
