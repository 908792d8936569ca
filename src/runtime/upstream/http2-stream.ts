import { INCOMPLETE, type OctetBuffer, putChunk, putLastChunk, RequestHead, ResponseHead } from '../http';
import {
  type AskedForm,
  BodySender,
  ErrorCode,
  encodeRequest,
  type Framing,
  RESPONSE,
  type ResponseUser,
  type Stream,
} from '../http2';
import type { Http2Upstream } from './http2-upstream';
import type { Upstream, UpstreamUser } from './upstream';

const NOTHING = Buffer.alloc(0);

/** What is read was written by this side: nothing in it is too large. */
const NO_LIMITS = { head: Number.MAX_SAFE_INTEGER, uri: Number.MAX_SAFE_INTEGER, headers: Number.MAX_SAFE_INTEGER };

/** Whose response has been handed on but for its end. */
const NOBODY: ResponseUser = {
  form: { headOnly: false, chunks: true },
  onStreamHead() {},
  onStreamData() {},
  onStreamEnd() {},
  onStreamReset() {},
  onStreamWritable() {},
};

/** Heads are read to their end in one go, so one object serves all streams. */
const requestHead = new RequestHead();
const responseHead = new ResponseHead();

/** A request on a target's HTTP/2 connection, and the response to it, as an exchange sees them: as HTTP/1.1. */
export class Http2UpstreamStream implements Upstream, ResponseUser {
  answered = false;
  unprocessed = false;
  bodyDone = false;
  readonly form: AskedForm & { headOnly: boolean; chunks: boolean } = { headOnly: false, chunks: true };
  private user: UpstreamUser | undefined;
  private stream: Stream | undefined;
  private framing: Framing = 'none';
  private readonly body = new BodySender();
  /** What has come of the response and was not handed on yet: heads first, as HTTP/1.1 would have them. */
  private incoming: OctetBuffer | undefined;
  private headsToCome = true;
  private ended = false;
  /** Octets of data among it, which the target may send more of once they are handed on. */
  private unconsumed = 0;
  private paused = false;
  /** How often the connection had been read from when the request was sent. */
  private readsBefore = 0;
  private sentAt = 0;
  private connection!: Http2Upstream;

  /** Takes on a request over a connection. */
  use(connection: Http2Upstream): this {
    this.connection = connection;
    return this;
  }

  get endsWithConnection(): boolean {
    return this.framing === 'close';
  }

  assign(user: UpstreamUser): void {
    this.user = user;
  }

  // The request

  send(bytes: Buffer, method: string): boolean {
    const headEnd = requestHead.read(bytes, 0, bytes.length, NO_LIMITS);
    // With what this side has added, there may be more fields than anybody reads.
    if (headEnd <= INCOMPLETE) {
      setImmediate(() => this.lose());
      return true;
    }
    this.begin();
    this.form.headOnly = method === 'HEAD';
    this.form.chunks = requestHead.minor === 1;
    const { session, https, authority } = this.connection;
    const stream = session.open(this);
    this.stream = stream;
    const { body } = this;
    if (requestHead.chunked) body.startChunked();
    else body.startLength(Math.max(0, requestHead.contentLength));
    const empty = body.isEmpty(bytes, headEnd, bytes.length);
    const block = stream.beginBlock();
    encodeRequest(session.output, requestHead, bytes, headEnd, https, authority);
    stream.endBlock(block, empty);
    return body.sendFirst(stream, bytes, bytes.length);
  }

  write(bytes: Buffer): boolean {
    return this.body.send(bytes, 0, bytes.length);
  }

  /** No other protocol is taken up over HTTP/2. */
  useOwnBuffer(): void {}

  endWrites(): void {}

  private begin(): void {
    this.answered = false;
    this.unprocessed = false;
    this.bodyDone = false;
    this.headsToCome = true;
    this.ended = false;
    this.unconsumed = 0;
    this.paused = false;
    this.readsBefore = this.connection.reads;
    this.sentAt = this.connection.now;
  }

  onStreamWritable(): void {
    if (this.body.resume()) this.user?.onUpstreamDrained();
  }

  // The response

  onStreamHead(framing: Framing, endStream: boolean): void {
    this.answered = true;
    this.framing = framing;
    const incoming = this.gather();
    incoming.appendAll(RESPONSE.head.view());
    if (endStream) this.end(NOTHING);
  }

  onStreamData(bytes: Buffer, start: number, end: number): void {
    const incoming = this.gather();
    if (this.framing === 'chunked') putChunk(incoming, bytes, start, end);
    else incoming.append(bytes, start, end);
    this.unconsumed += end - start;
  }

  onStreamEnd(trailers: Buffer): void {
    this.end(trailers);
  }

  private end(trailers: Buffer): void {
    this.ended = true;
    const incoming = this.gather();
    if (this.framing !== 'chunked') return;
    putLastChunk(incoming, trailers);
  }

  private gather(): OctetBuffer {
    this.incoming ??= this.connection.gather(this);
    return this.incoming;
  }

  /** Hands on what has come. */
  deliver(): void {
    const { incoming } = this;
    if (incoming === undefined || this.paused) return;
    this.incoming = undefined;
    const octets = incoming.view();
    const consumed = this.unconsumed;
    this.unconsumed = 0;
    const at = this.headsToCome ? this.deliverHeads(octets) : 0;
    this.deliverBody(octets, at);
    // The memory belongs to a write that goes on.
    if (!this.paused) this.connection.spareBuffer(incoming);
    if (consumed > 0) this.stream?.consumed(consumed);
  }

  /** @returns where the body goes on */
  private deliverHeads(octets: Buffer): number {
    let at = 0;
    while (at < octets.length && this.user !== undefined) {
      const headEnd = responseHead.read(octets, at, octets.length);
      if (headEnd <= INCOMPLETE) {
        this.lose();
        return octets.length;
      }
      if (responseHead.status >= 200) {
        this.headsToCome = false;
        this.bodyDone = this.ended;
        this.user.onResponse(responseHead, octets, at, headEnd, octets.length);
        return octets.length;
      }
      this.user.onInterim(responseHead, octets, at, headEnd);
      at = headEnd;
    }
    return octets.length;
  }

  private deliverBody(octets: Buffer, at: number) {
    const { user } = this;
    if (user === undefined || this.headsToCome || this.bodyDone) return;
    this.bodyDone = this.ended && this.framing !== 'close';
    if (at < octets.length) user.onBody(octets, at, octets.length);
    if (!this.ended || this.user === undefined) return;
    if (at === octets.length || this.framing === 'close') {
      this.bodyDone = true;
      user.onBodyEnd();
    }
  }

  onStreamReset(code: number): void {
    this.stream = undefined;
    // The response is whole: a server may reset the rest of a request that it does not need (RFC 9113, section 8.1).
    if (this.ended) return;
    this.unprocessed = code === ErrorCode.REFUSED_STREAM;
    this.incoming = undefined;
    this.lose();
  }

  private lose(): void {
    const { user } = this;
    this.user = undefined;
    this.stream?.reset(ErrorCode.INTERNAL_ERROR);
    this.stream = undefined;
    user?.onLost();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.deliver();
  }

  release(_now: number, requestSent: boolean): void {
    const { stream, connection } = this;
    this.user = undefined;
    this.stream = undefined;
    this.body.drop();
    this.incoming = undefined;
    if (stream !== undefined && !stream.closed) {
      // Where all has come but the end, it is on its way.
      if (this.bodyDone && requestSent) stream.user = NOBODY;
      else stream.reset(ErrorCode.CANCEL);
      connection.gaveUp(this.readsBefore, this.sentAt);
    }
    connection.home.spare(this);
  }
}
