import { Body, INCOMPLETE, ResponseHead } from '../http';
import type { Socket, SocketOwner } from '../transport';
import { ConnectionCount } from './connection-count';
import type { Beginning } from './dial';
import type { Idle, IdleConnections } from './idle-connections';
import type { Upstream, UpstreamUser } from './upstream';

/** Head of a response beyond which a target is not believed, and interim responses of one request together. */
const HEAD_LIMIT = 65_536;

const LF = 0x0a;

const [CONNECTING, IDLE, HEAD, BODY, SWITCHED, CLOSED] = [0, 1, 2, 3, 4, 5];

/** Heads are read to their end in one go, so one object serves all connections. */
const head = new ResponseHead();

/** A connection to a target: sends a request, reads its response, and goes back to the others that wait. */
export class UpstreamConnection implements SocketOwner, Idle, Upstream {
  idleSince = 0;
  answered = false;
  /** HTTP/1.1 has no word for it. */
  readonly unprocessed = false;
  private readonly body = new Body();
  private state = CONNECTING;
  private user: UpstreamUser | undefined;
  private headRequest = false;
  private maySwitch = false;
  private reusable = false;
  private waitsForDrain = false;
  private pending: Buffer | undefined;
  /** Octets of interim responses since the request was sent. */
  private interim = 0;

  /**
   * @param socket - on its way to be connected
   * @param shared - whether it may serve other clients later on
   */
  constructor(
    private readonly socket: Socket,
    private readonly home: IdleConnections<UpstreamConnection>,
    private beginning: Beginning | undefined,
    private readonly shared = true,
    /** Where it counts until it is closed. */
    private readonly count = new ConnectionCount(),
  ) {
    socket.owner = this;
    count.open += 1;
  }

  get bodyDone(): boolean {
    return this.body.done;
  }

  get endsWithConnection(): boolean {
    return this.body.endsWithConnection;
  }

  assign(user: UpstreamUser): void {
    this.user = user;
  }

  send(bytes: Buffer, method: string, maySwitch: boolean): boolean {
    this.state = HEAD;
    this.answered = false;
    this.interim = 0;
    this.headRequest = method === 'HEAD';
    this.maySwitch = maySwitch;
    return this.write(bytes);
  }

  write(bytes: Buffer): boolean {
    this.waitsForDrain = !this.socket.write(bytes);
    return !this.waitsForDrain;
  }

  endWrites(): void {
    this.socket.end();
  }

  useOwnBuffer(): void {
    this.socket.useOwnBuffer();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  release(now: number, requestSent: boolean): void {
    const done = this.state === BODY && this.body.done;
    this.user = undefined;
    if (this.shared && done && requestSent && this.reusable && !this.waitsForDrain && this.home.keep(this, now)) {
      this.state = IDLE;
      this.resume();
    } else this.close();
  }

  close(): void {
    this.user = undefined;
    if (this.state !== CLOSED) this.count.open -= 1;
    this.state = CLOSED;
    this.socket.close();
  }

  onConnected(): void {
    this.begun()?.onConnected();
  }

  onDrained(): void {
    this.waitsForDrain = false;
    this.user?.onUpstreamDrained();
  }

  onBytes(bytes: Buffer, length: number): void {
    if (this.state === BODY || this.state === SWITCHED) this.readBody(bytes, 0, length);
    else if (this.state === HEAD) this.readHead(bytes, length);
    // Nobody has asked for these: whatever they are, they are no answer to the next request.
    else this.leave();
  }

  onEnd(): void {
    if ((this.state === BODY || this.state === SWITCHED) && this.body.endsWithConnection) {
      this.reusable = false;
      this.body.endWithConnection();
      this.user?.onBodyEnd();
    } else this.ended();
  }

  onBroken(code: string): void {
    if (this.state === CONNECTING) {
      this.close();
      this.begun()?.onConnectFailed(code);
    } else this.ended();
  }

  /** Who waits for it to begin. They are let go of: a connection outlives by far those who made it. */
  private begun(): Beginning | undefined {
    const { beginning } = this;
    this.beginning = undefined;
    return beginning;
  }

  private ended(): void {
    // A response that is whole does not suffer; it may still wait for a slow client.
    if (this.state === BODY && this.body.done) this.reusable = false;
    else this.lose();
  }

  private readHead(fresh: Buffer, length: number) {
    this.answered = true;
    const bytes = this.pending === undefined ? fresh : Buffer.concat([this.pending, fresh.subarray(0, length)]);
    const end = this.pending === undefined ? length : bytes.length;
    // A head that comes octet by octet is looked at again only when a line of it is whole.
    if (bytes !== fresh && end <= HEAD_LIMIT && !bytes.includes(LF, end - length)) {
      this.pending = bytes;
      return;
    }
    this.pending = undefined;
    let at = 0;
    for (;;) {
      const most = Math.min(end, at + HEAD_LIMIT);
      const headEnd = head.read(bytes, at, most);
      if (headEnd < 0) return this.lose();
      if (headEnd === INCOMPLETE) {
        if (most < end) return this.lose();
        this.pending = Buffer.from(bytes.subarray(at, end));
        return;
      }
      if (head.status >= 200) return this.readResponse(bytes, at, headEnd, end);
      this.interim += headEnd - at;
      if (head.chunked || head.contentLength > 0 || this.interim > HEAD_LIMIT) return this.lose();
      if (head.status === 101) return this.readSwitch(bytes, at, headEnd, end);
      this.user?.onInterim(head, bytes, at, headEnd);
      at = headEnd;
    }
  }

  private readSwitch(bytes: Buffer, start: number, headEnd: number, end: number) {
    // A target may not change to a protocol that nobody asked for.
    if (!this.maySwitch || !head.namesUpgrade) return this.lose();
    this.body.startUntilClose();
    this.state = SWITCHED;
    this.reusable = false;
    this.user?.onSwitch(head, bytes, start, headEnd, end);
  }

  private readResponse(bytes: Buffer, start: number, headEnd: number, end: number) {
    if (!this.startBody()) return this.lose();
    const bodyEnd = this.body.take(bytes, headEnd, end);
    if (bodyEnd < 0) return this.lose();
    this.state = BODY;
    // What comes after the response is nobody's.
    this.reusable = !head.close && !this.body.endsWithConnection && bodyEnd === end;
    if (!this.body.done) this.socket.useOwnBuffer();
    this.user?.onResponse(head, bytes, start, headEnd, bodyEnd);
  }

  /** RFC 9112, section 6.3. */
  private startBody(): boolean {
    if (head.status === 204 && (head.chunked || head.contentLength > 0)) return false;
    if (this.headRequest || head.status === 204 || head.status === 304) this.body.startNone();
    else if (head.chunked) this.body.startChunked();
    else if (head.contentLength >= 0) this.body.startLength(head.contentLength);
    else this.body.startUntilClose();
    return true;
  }

  private readBody(bytes: Buffer, start: number, end: number) {
    const bodyEnd = this.body.take(bytes, start, end);
    if (bodyEnd < 0) return this.lose();
    if (bodyEnd < end) this.reusable = false;
    if (bodyEnd > start) this.user?.onBody(bytes, start, bodyEnd);
  }

  private lose(): void {
    const { user } = this;
    this.leave();
    user?.onLost();
  }

  private leave(): void {
    if (this.state === IDLE) this.home.remove(this);
    this.close();
  }
}
