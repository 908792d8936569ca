import { FrameType, writeNumber } from './frames';
import type { Output } from './output';
import type { Stream } from './stream';

/** What a stream's sender may have on the way here: 2.5 MB a second at 100 ms. */
export const STREAM_WINDOW = 262_144;
/** The same of all streams of a connection, and so what a connection can make this side hold. */
export const CONNECTION_WINDOW = 1_048_576;

/** The DATA that comes over a connection: how much may, and when more may (section 5.2). */
export class ReceiveFlow {
  private window = CONNECTION_WINDOW;
  private owed = 0;

  /** @param wrote - told when there is something in the output */
  constructor(
    private readonly output: Output,
    private readonly wrote: () => void,
  ) {}

  /** A frame comes. @returns `false` where it is more than was allowed */
  take(octets: number): boolean {
    this.window -= octets;
    return this.window >= 0;
  }

  /** It is a stream's. */
  takeFor(stream: Stream, octets: number): void {
    stream.receiveWindow -= octets;
    stream.unread += octets;
  }

  /** Octets of a stream were dealt with: the other side may send as many again, as soon as it is worth a frame. */
  consumed(stream: Stream, octets: number): void {
    this.giveBack(Math.min(octets, stream.unread));
    if (stream.closed) return;
    stream.unread -= octets;
    stream.owed += octets;
    if (stream.owed < STREAM_WINDOW / 2 || stream.remoteDone) return;
    writeNumber(this.output, FrameType.WINDOW_UPDATE, stream.id, stream.owed);
    stream.receiveWindow += stream.owed;
    stream.owed = 0;
    this.wrote();
  }

  /** A stream has ended: what came for it is not waited for. */
  drop(stream: Stream): void {
    this.giveBack(stream.unread);
    stream.unread = 0;
  }

  /** Octets of no stream were dealt with. */
  giveBack(octets: number): void {
    this.owed += octets;
    if (this.owed < CONNECTION_WINDOW / 2) return;
    writeNumber(this.output, FrameType.WINDOW_UPDATE, 0, this.owed);
    this.window += this.owed;
    this.owed = 0;
    this.wrote();
  }
}
