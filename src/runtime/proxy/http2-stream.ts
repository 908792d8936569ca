import type { Answer } from '../../passes';
import type { ForwardedFields } from '../forwarding';
import { OctetBuffer, putChunk, putLastChunk, type RequestHead, ResponseHead } from '../http';
import { BodySender, ErrorCode, encodeResponse, type Stream, type StreamUser } from '../http2';
import { Timer } from '../timers';
import { answerOctets, errorAnswer } from './answer';
import type { Engine } from './engine';
import { Exchange } from './exchange';
import type { ExchangeClient } from './exchange-client';
import type { Http2Connection } from './http2-connection';
import type { RequestView } from './request-view';
import type { ServedRoute } from './served-route';

/** Where a request's body is put into the frames of HTTP/1.1: most frames of HTTP/2 fit. */
const body = new OctetBuffer(20_480);

/** Own answers are read within one call, so one object serves all streams. */
const ownHead = new ResponseHead();

/** A request of a client's HTTP/2 connection, and the response to it, as an exchange sees them: as HTTP/1.1. */
export class Http2Stream implements ExchangeClient, StreamUser {
  readonly minor = 1;
  /** The connection does not end with a response. */
  readonly persistent = true;
  readonly tunnel = undefined;
  /** Octets of the head that was sent. */
  private headSent = 0;
  requestDone = false;
  private connection!: Http2Connection;
  private stream: Stream | undefined;
  private readonly exchange: Exchange;
  private readonly bodyTimer: Timer;
  private readonly stallTimer: Timer;
  private headOnly = false;
  private chunked = false;
  private received = 0;
  private held = false;
  /** What of the request has come and waits until the target takes more. */
  private waiting: Buffer[] = [];
  /** The end of the request waits as well; with its trailers. */
  private waitingEnd: Buffer | undefined;
  private readonly response = new BodySender();

  constructor(engine: Engine) {
    this.exchange = new Exchange(engine);
    this.bodyTimer = new Timer(engine.wheel, () => this.refuseLate(408));
    this.stallTimer = new Timer(engine.wheel, () => this.cancel());
  }

  get octetsSent(): number {
    return this.headSent + this.response.sent;
  }

  get forwarded(): ForwardedFields {
    return this.connection.forwarded;
  }

  /** Takes on a stream. */
  open(connection: Http2Connection, stream: Stream): void {
    this.connection = connection;
    this.stream = stream;
    stream.user = this;
    this.headSent = 0;
    this.response.startLength(0);
    this.requestDone = stream.remoteDone;
    this.headOnly = false;
    this.received = 0;
    this.held = false;
    this.waitingEnd = undefined;
  }

  /** Takes on its request, which found a route. */
  begin(route: ServedRoute, view: RequestView, headEnd: number): void {
    const { head } = view;
    this.headOnly = view.method === 'HEAD';
    this.chunked = head.chunked;
    this.requestDone ||= head.contentLength === 0;
    if (!this.requestDone) this.bodyTimer.set(this.connection.limits.bodyTimeout);
    this.exchange.begin(this, route, view, headEnd, headEnd);
  }

  /** Answers a request that no exchange takes. */
  refuse(status: number, headers: Readonly<Record<string, string>>, head?: RequestHead): void {
    this.headOnly = head?.method === 'HEAD';
    if (this.sendAnswer(status, errorAnswer(status, headers), this.headOnly)) this.finished();
    else this.stalled();
  }

  // The request

  onStreamData(bytes: Buffer, start: number, end: number) {
    this.received += end - start;
    const most = this.connection.limits.body;
    if (most !== undefined && this.received > most) return this.refuseLate(413);
    // An answer that is being sent to a refused request leaves its body without a reader.
    if (!this.exchange.active) return this.stream?.consumed(end - start);
    if (this.held) this.waiting.push(Buffer.from(bytes.subarray(start, end)));
    else {
      this.bodyTimer.set(this.connection.limits.bodyTimeout);
      this.forward(bytes, start, end);
    }
  }

  onStreamEnd(trailers: Buffer): void {
    if (this.held) this.waitingEnd = Buffer.from(trailers);
    else this.forwardEnd(trailers);
  }

  private forward(bytes: Buffer, start: number, end: number): void {
    body.clear();
    if (this.chunked) putChunk(body, bytes, start, end);
    else {
      body.append(bytes, start, end);
      this.requestDone = this.stream?.contentLeft === 0 && this.waiting.length === 0;
    }
    this.forwardBody();
    this.stream?.consumed(end - start);
  }

  private forwardEnd(trailers: Buffer): void {
    this.bodyTimer.clear();
    if (this.requestDone) return;
    this.requestDone = true;
    body.clear();
    putLastChunk(body, trailers);
    this.forwardBody();
  }

  private forwardBody(): void {
    this.exchange.forwardBody(body.view(), 0, body.length);
    // The memory belongs to a write that goes on.
    if (this.held) body.renew();
  }

  hold(): void {
    if (this.held) return;
    this.held = true;
    this.bodyTimer.clear();
  }

  release(): void {
    this.held = false;
    while (!this.held && this.waiting.length > 0) {
      const next = this.waiting.shift() as Buffer;
      this.forward(next, 0, next.length);
    }
    if (this.held || this.requestDone) return;
    const { waitingEnd } = this;
    this.waitingEnd = undefined;
    if (waitingEnd !== undefined) this.forwardEnd(waitingEnd);
    else this.bodyTimer.set(this.connection.limits.bodyTimeout);
  }

  onStreamReset(): void {
    this.exchange.abort(0);
    this.leave();
  }

  // The response

  sendInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void {
    if (this.stream === undefined) return;
    const block = this.stream.beginBlock();
    encodeResponse(this.connection.output, head, bytes, start, headEnd);
    this.stream.endBlock(block, false);
  }

  sendResponse(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): boolean {
    const { stream, response, connection } = this;
    if (stream === undefined) return true;
    this.startBody(head);
    const empty = response.isEmpty(bytes, headEnd, end);
    const block = stream.beginBlock();
    encodeResponse(connection.output, head, bytes, start, headEnd);
    this.headSent = connection.output.length - block;
    stream.endBlock(block, empty);
    if (response.sendFirst(stream, bytes, end)) return true;
    // It may stand where others are read to.
    response.keepRest();
    return false;
  }

  sendBody(bytes: Buffer, start: number, end: number): boolean {
    return this.response.send(bytes, start, end);
  }

  sendAnswer(status: number, answer: Answer, headOnly: boolean): boolean {
    const octets = answerOctets(status, answer, { headOnly, connection: undefined });
    const headEnd = ownHead.read(octets, 0, octets.length);
    this.headOnly = headOnly;
    return this.sendResponse(ownHead, octets, 0, headEnd, octets.length);
  }

  private startBody(head: ResponseHead) {
    const { response } = this;
    if (this.headOnly || head.status === 204 || head.status === 304) return response.startLength(0);
    if (head.chunked) return response.startChunked();
    response.startLength(head.contentLength < 0 ? Number.POSITIVE_INFINITY : head.contentLength);
  }

  onStreamWritable() {
    if (!this.response.resume()) return;
    this.stallTimer.clear();
    if (this.exchange.active) this.exchange.onClientDrained();
    else this.finished();
  }

  stalled(): void {
    this.stallTimer.set(this.connection.stallTimeout);
  }

  finished(): void {
    const { stream } = this;
    if (stream !== undefined && !stream.closed) {
      this.response.finish();
      // Section 8.1 of RFC 9113: the rest of the request is of no use.
      if (!stream.remoteDone) stream.reset(ErrorCode.NO_ERROR);
    }
    this.leave();
  }

  broken(): void {
    this.stream?.reset(ErrorCode.INTERNAL_ERROR);
    this.leave();
  }

  /** Refuses a request whose head was taken: with a status, unless a response has begun. */
  private refuseLate(status: number) {
    if (!this.exchange.answerable) return this.cancel();
    this.exchange.abort(status);
    this.refuse(status, {});
  }

  private cancel(): void {
    this.exchange.abort(0);
    this.stream?.reset(ErrorCode.CANCEL);
    this.leave();
  }

  /** The stream has ended: the next one may be taken on. */
  private leave(): void {
    if (this.stream === undefined) return;
    this.stream = undefined;
    this.bodyTimer.clear();
    this.stallTimer.clear();
    this.waiting.length = 0;
    this.response.drop();
    this.connection.spare(this);
  }
}
