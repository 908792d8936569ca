import type { SecureContext } from 'node:tls';
import type { RawBinding, TcpHandle, TlsHandle, WriteRequest } from './raw-binding';

/** Octets of one write, or of all that wait behind it, for which the writer need not pause. */
export const FREE_WRITE = 32_768;
/** How long a connection that is closed may take for the next octets of what it was given, in milliseconds. */
export const FLUSH_MS = 10_000;
/** How often it is looked whether something has left of which nothing is told, in milliseconds. */
const POLL_MS = 10;

/** What the owner of a pipe is told; never from inside a call to the pipe. */
export interface PipeOwner {
  /** Nothing waits any more, after a `write` that said `false`. */
  onDrained(): void;
  /** A write failed. @param status - libuv's code, negative */
  onFailed(status: number): void;
}

/** Pipes whose handles live. A TLSWrap that nobody holds is collected while its TCP handle goes on, which ends the process. */
const live = new Set<TlsPipe>();

/** How many pipes live. */
export function livePipes(): number {
  return live.size;
}

/**
 * Makes a TLSWrap, and is the only one who writes to it, ends it or closes it. A TLSWrap ends the whole process where
 * it is used wrongly; kept here:
 *
 * 1. No write begins while another is under way: it waits in the queue. None is empty, for those are written past TLS.
 * 2. A write's request is not used again before its `oncomplete` has returned: two take turns, and one is taken only
 *    when the other's write has begun and ended since.
 * 3. The TLSWrap lives as long as its TCP handle: {@link live} holds it until that is closed. The TCP handle has an
 *    `onread` of its own, for what it might read without TLS.
 * 4. It ends only with nothing under way: a FIN would overtake what waits. Nor from inside a read, where octets that
 *    are not read yet would count as a violation.
 */
export class TlsPipe {
  /** To be read from. */
  readonly handle: TlsHandle;
  owner!: PipeOwner;
  private request: PipeRequest;
  private otherRequest: PipeRequest;
  private busy = false;
  private inSend = false;
  private readonly queue: Buffer[] = [];
  private queued = 0;
  /** Whether a write said `false`. */
  private waiting = false;
  private ending = false;
  private ended = false;
  private closing = false;
  private closed = false;
  private failed = false;
  private established = false;
  private flushTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly binding: RawBinding,
    private readonly tcp: TcpHandle,
    context: SecureContext,
    isServer: boolean,
  ) {
    tcp.onread = ignoreRead;
    this.handle = binding.wrapTls(tcp, context, isServer);
    this.request = new binding.WriteRequest();
    this.request.pipe = this;
    this.request.oncomplete = onComplete;
    this.otherRequest = new binding.WriteRequest();
    this.otherRequest.pipe = this;
    this.otherRequest.oncomplete = onComplete;
    live.add(this);
  }

  /** The handshake is done: from now on there can be writes, and the end is told to the peer. */
  establish(): void {
    this.established = true;
  }

  /** As {@link Socket.write}: `true` means that the octets were taken or copied. */
  write(bytes: Buffer): boolean {
    if (this.ending || this.closing || this.failed || bytes.length === 0) return !this.waiting;
    if (this.busy) {
      this.queued += bytes.length;
      this.waiting ||= this.queued > FREE_WRITE;
      this.queue.push(this.waiting ? bytes : Buffer.from(bytes));
    } else {
      this.waiting = bytes.length > FREE_WRITE;
      this.send(bytes);
    }
    return !this.waiting;
  }

  /** Sends `close_notify` and a FIN after what was written; closes where TLS has not begun. */
  end() {
    if (this.ending || this.closing || this.failed) return;
    if (!this.established) return this.close();
    this.ending = true;
    setImmediate(() => this.settle());
  }

  /** Closes both directions, after what was taken with `true` is sent; tells nothing more. */
  close() {
    if (this.closing) return;
    this.closing = true;
    this.handle.readStop();
    if (this.waiting || this.failed || this.ended || !this.established) return this.destroy();
    this.flushTimer = setTimeout(flushOrDestroy, FLUSH_MS, this, this.left);
    setImmediate(() => this.settle());
  }

  /** Closes both directions now, without a word of TLS. */
  abandon(): void {
    this.closing = true;
    this.destroy();
  }

  /** Closes with a RST. */
  reset(): void {
    this.closing = true;
    // A handle with a shutdown under way refuses.
    if (!this.closed && this.tcp.reset(() => this.release()) === 0) this.closed = true;
    else this.destroy();
  }

  /** @internal A write has ended. */
  completed(status: number) {
    // A failure may be told from inside the write.
    if (this.inSend) {
      setImmediate(() => this.completed(status));
      return;
    }
    this.busy = false;
    if (this.closed) return;
    if (status !== 0) return this.fail(status);
    if (this.queue.length > 0) {
      const next = this.queue.length === 1 ? this.queue[0] : Buffer.concat(this.queue);
      this.queue.length = 0;
      this.queued = 0;
      return this.send(next);
    }
    if (this.ending || this.closing) return this.settle();
    if (!this.waiting) return;
    this.waiting = false;
    this.owner.onDrained();
  }

  private send(bytes: Buffer): void {
    const { request } = this;
    this.request = this.otherRequest;
    this.otherRequest = request;
    this.busy = true;
    this.inSend = true;
    const status = this.handle.writeBuffer(request, bytes);
    this.inSend = false;
    if (status !== 0) setImmediate(() => this.completed(status));
  }

  /** Ends or closes, once nothing is under way. */
  private settle(): void {
    if (this.closed || this.busy || !(this.ending || this.closing)) return;
    // What OpenSSL sends of its own accord, such as a session ticket, is told by nothing but this number.
    if (!this.failed && !this.ended && this.handle.writeQueueSize > 0) {
      setTimeout(() => this.settle(), POLL_MS);
      return;
    }
    if (!this.ended && !this.failed) {
      this.ended = true;
      this.handle.shutdown(new this.binding.ShutdownRequest());
    }
    if (this.closing) this.destroy();
    else if (this.waiting) {
      this.waiting = false;
      this.owner.onDrained();
    }
  }

  private fail(status: number): void {
    if (this.failed) return;
    this.failed = true;
    this.queue.length = 0;
    if (this.closing) this.destroy();
    else this.owner.onFailed(status);
  }

  private destroy(): void {
    if (this.closed) return;
    this.closed = true;
    this.tcp.close(() => this.release());
  }

  private release(): void {
    clearTimeout(this.flushTimer);
    this.handle.destroySSL();
    live.delete(this);
  }

  /** @internal Octets that the kernel has not taken. */
  get left(): number {
    return this.queued + this.tcp.writeQueueSize;
  }

  /** @internal Gives up a connection that is to be closed, and whose peer has read nothing for a while. */
  flushOrDestroy(leftBefore: number): void {
    if (this.closed) return;
    const { left } = this;
    if (left === leftBefore) this.destroy();
    else this.flushTimer = setTimeout(flushOrDestroy, FLUSH_MS, this, left);
  }
}

/** A request knows its pipe, so that one function can serve all. */
type PipeRequest = WriteRequest & { pipe?: TlsPipe };

function onComplete(this: PipeRequest, status: number): void {
  this.pipe?.completed(status);
}

function ignoreRead(): undefined {
  return undefined;
}

function flushOrDestroy(pipe: TlsPipe, leftBefore: number): void {
  pipe.flushOrDestroy(leftBefore);
}
