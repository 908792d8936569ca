import { OctetBuffer } from '../http';
import { ClientSession, type ClientSessionOwner, ErrorCode } from '../http2';
import { Timer, type TimerWheel } from '../timers';
import { atTurnEnd, type Socket, type SocketOwner, type TurnUser } from '../transport';
import { ConnectionCount } from './connection-count';
import type { Beginning } from './dial';
import type { Http2UpstreamStream } from './http2-stream';
import type { Http2Upstreams } from './http2-upstreams';

/** Fields of a response beyond which a target is not believed, counted as HTTP/2 counts them. */
const FIELDS_LIMIT = 131_072;
/** Requests that are given up may still be answered: so many are remembered. */
const CLOSED_STREAMS = 1_024;
/** How long nothing may have come, and then how long an answer to a PING may take, in milliseconds. */
const SILENCE_MS = 1_000;
const PROBE_MS = 1_000;
/** Servers send those away who ask more often. */
const PROBE_INTERVAL_MS = 10_000;
/** Most responses fit, or what of them comes at once. */
const BUFFER_SIZE = 2_048;
const MOST_SPARE = 64;

const spares: OctetBuffer[] = [];

const [CONNECTING, OPEN, CLOSED] = [0, 1, 2];

/** A connection to a target that speaks HTTP/2: many requests at once. */
export class Http2Upstream implements SocketOwner, ClientSessionOwner, TurnUser {
  readonly session: ClientSession;
  /** How often something was read. */
  reads = 0;
  /** Since when no request is under way, on the clock of the timers. */
  idleSince: number;
  private state = CONNECTING;
  private nextProbe = 0;
  private writing = false;
  private flushing = false;
  /** Whether it closes once no request is under way. */
  private leaving = false;
  private readonly probeTimer: Timer;
  /** Streams for which something has come in this read. */
  private readonly fresh: Http2UpstreamStream[] = [];

  /** @param socket - on its way to be connected */
  constructor(
    private readonly socket: Socket,
    private readonly wheel: TimerWheel,
    readonly home: Http2Upstreams,
    private readonly beginning: Beginning,
    /** Who is asked where a request names nobody, as HTTP/1.0 may. */
    readonly authority: Buffer,
    /** Where it counts until it is closed. */
    private readonly count = new ConnectionCount(),
  ) {
    socket.owner = this;
    count.open += 1;
    this.idleSince = wheel.now;
    this.probeTimer = new Timer(wheel, () => this.close());
    const limits = { fields: FIELDS_LIMIT, streams: 0, closed: CLOSED_STREAMS };
    this.session = new ClientSession(this, limits, () => wheel.now);
  }

  get https(): boolean {
    return this.socket.tls !== undefined;
  }

  /** How many requests it can take on now. */
  get room(): number {
    return this.leaving || this.state !== OPEN ? 0 : this.session.room;
  }

  get idle(): boolean {
    return this.session.streamCount === 0;
  }

  /** Where what has come for a stream is put together; it is asked to deliver it once all was read. */
  gather(stream: Http2UpstreamStream): OctetBuffer {
    this.fresh.push(stream);
    const buffer = spares.pop() ?? new OctetBuffer(BUFFER_SIZE);
    buffer.clear();
    return buffer;
  }

  /** Uses memory again whose octets nobody needs any more. */
  spareBuffer(buffer: OctetBuffer): void {
    if (spares.length < MOST_SPARE) spares.push(buffer);
  }

  /**
   * A request was given up. Where nothing at all has come since it was sent, some time ago, it is found out whether the
   * target is still there: others would go on waiting over a connection that is dead.
   * @param reads - as {@link reads} was when the request was sent
   */
  gaveUp(reads: number, sentAt: number): void {
    const { now } = this.wheel;
    if (this.state !== OPEN || reads !== this.reads || now - sentAt < SILENCE_MS || now < this.nextProbe) return;
    this.nextProbe = now + PROBE_INTERVAL_MS;
    this.session.ping();
    this.probeTimer.set(PROBE_MS);
  }

  get now(): number {
    return this.wheel.now;
  }

  get greeted(): boolean {
    return this.session.greeted;
  }

  onGreeted(): void {
    this.home.greeted(this);
  }

  onPong(): void {
    this.probeTimer.clear();
  }

  /** Takes on no more requests, and closes once those under way are done. */
  leave(): void {
    this.leaving = true;
    if (this.idle) this.close();
  }

  /** Closes now. */
  close(): void {
    if (this.state === CLOSED) return;
    this.state = CLOSED;
    this.count.open -= 1;
    this.probeTimer.drop();
    this.home.remove(this);
    this.session.lost(ErrorCode.CANCEL);
    this.socket.close();
  }

  // The socket

  onConnected() {
    if (this.https && this.socket.tls?.protocol !== 'h2') return this.onBroken('ERR_NO_HTTP2');
    this.state = OPEN;
    this.beginning.onConnected();
    this.flush();
  }

  onBytes(bytes: Buffer, length: number): void {
    this.reads += 1;
    this.session.receive(bytes, 0, length);
    for (let i = 0; i < this.fresh.length; i++) this.fresh[i].deliver();
    this.fresh.length = 0;
    if (this.session.spent) this.leave();
  }

  onEnd(): void {
    this.close();
  }

  onDrained(): void {
    if (!this.writing) return;
    this.writing = false;
    this.session.output.giveBack();
    this.flush();
  }

  onBroken(code: string): void {
    const begun = this.state !== CONNECTING;
    this.close();
    if (!begun) this.beginning.onConnectFailed(code);
  }

  // The session

  onOutput(): void {
    if (!this.flushing && this.state === OPEN) atTurnEnd(this);
  }

  onTurnEnd(): void {
    this.flush();
  }

  onIdle(): void {
    this.idleSince = this.wheel.now;
    if (this.leaving) this.close();
    else this.home.placeWaiting();
  }

  onFailed(): void {
    this.leaving = true;
    // Its last words are written first.
    setImmediate(() => this.close());
  }

  onGoaway(): void {
    this.home.remove(this);
  }

  private flush(): void {
    if (this.state !== OPEN || this.writing) return;
    const { session, socket } = this;
    const { output } = session;
    this.flushing = true;
    while (output.length > 0 && !this.writing) {
      if (socket.write(output.take())) output.giveBack();
      else this.writing = true;
      session.flushed();
    }
    this.flushing = false;
  }
}
