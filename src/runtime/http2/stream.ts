import { ErrorCode } from './error-code';
import { MAX_FRAME_SIZE } from './frames';
import { beginBlock, endBlock } from './header-block';
import type { Output } from './output';
import type { Session } from './session';

/** Whose message a stream carries. None of these is called from inside a call to the stream. */
export interface StreamUser {
  /** Octets of the message's body; whoever has done with them says so by {@link Stream.consumed}. */
  onStreamData(bytes: Buffer, start: number, end: number): void;
  /** The message is whole. @param trailers - the lines of its trailer section; good until the call returns */
  onStreamEnd(trailers: Buffer): void;
  /** The stream is gone before its end; `code` says why. */
  onStreamReset(code: number): void;
  /** More can be sent, after a {@link Stream.send} that did not take all. */
  onStreamWritable(): void;
}

const NOTHING = Buffer.alloc(0);

/** One request and its response (RFC 9113, section 5). */
export class Stream {
  /** Set by the session's owner, in the call that hands the stream on. */
  user!: StreamUser;
  /** What the other side lets this one send; below 0 where it took some of that back (section 6.9.2). */
  sendWindow: number;
  /** What this side lets the other one send. */
  receiveWindow: number;
  /** What came and has not been given back as window: of the stream and, with `unread`, of the connection. */
  owed = 0;
  unread = 0;
  /** What the message's content-length says is still to come; -1 where it has none. */
  contentLeft = -1;
  /** Whether the other side's head has come. */
  headDone = false;
  remoteDone = false;
  localDone = false;
  /** Whether both sides have ended it, or one has reset it. */
  closed = false;
  /** Whether it is in the queue of those that wait for the connection. */
  queued = false;
  /** Whether there is something to send as soon as the windows allow. */
  blocked = false;

  constructor(
    readonly id: number,
    private readonly session: Session,
    sendWindow: number,
    receiveWindow: number,
  ) {
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** Where blocks are written. */
  get output(): Output {
    return this.session.output;
  }

  /** Begins a block of fields: it is written into {@link output}, up to {@link endBlock}. @returns where it stands */
  beginBlock(): number {
    return beginBlock(this.session.output);
  }

  /** Ends a block. @param last - whether the message ends with it */
  endBlock(block: number, last: boolean): void {
    endBlock(this.session.output, block, this.id, last);
    this.session.written(this, last);
  }

  /**
   * Sends octets of the body, as many as may go now.
   * @param last - whether these are the last ones of the message
   * @returns the index of the first that may not; then {@link StreamUser.onStreamWritable} tells when
   */
  send(bytes: Buffer, start: number, end: number, last: boolean): number {
    // One that is gone takes everything: whoever sends will learn of it.
    if (this.closed) return end;
    const { sending } = this.session;
    let at = start;
    this.blocked = false;
    do {
      const length = Math.min(end - at, MAX_FRAME_SIZE, this.sendWindow, sending.roomFor(this));
      if (length <= 0 && at < end) {
        this.blocked = true;
        if (this.sendWindow > 0) sending.queue(this);
        return at;
      }
      const ends = last && at + length === end;
      sending.put(this, bytes, at, at + length, ends);
      this.session.written(this, ends);
      at += length;
    } while (at < end);
    return at;
  }

  /** Ends this side's message without trailers. */
  end(): void {
    this.send(NOTHING, 0, 0, true);
  }

  /** Gives octets of received data back as window. */
  consumed(octets: number): void {
    this.session.consumed(this, octets);
  }

  /** Ends the stream before its time. */
  reset(code: number = ErrorCode.CANCEL): void {
    this.session.reset(this, code);
  }
}
