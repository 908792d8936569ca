import { copyOctets } from '../http';
import { Flag, FRAME_HEADER, FrameType, MAX_FRAME_SIZE, putFrameHeader } from './frames';
import type { Output } from './output';
import { DEFAULT_WINDOW, MOST_WINDOW } from './settings';
import type { Stream } from './stream';

/** What is put together for a connection before streams have to wait for it to be written. */
const OUTPUT_LIMIT = 131_072;

/** The DATA of a connection, as far as its window, its streams' windows and the room in its output allow (section 5.2). */
export class SendFlow {
  private window = DEFAULT_WINDOW;
  /** Streams that wait for the connection's window or for room in the output, in turn. */
  private readonly waiting: Stream[] = [];
  /** The one whose turn it is, and what it may send. */
  private serving: Stream | undefined;
  private quota = 0;

  constructor(private readonly output: Output) {}

  /** Whether those who have more to send had better wait. */
  get full(): boolean {
    return this.output.length >= OUTPUT_LIMIT;
  }

  /** Whether a stream cannot go on before the other side says that it takes more. */
  starved(stream: Stream): boolean {
    return stream.blocked && (stream.sendWindow <= 0 || this.window <= 0);
  }

  /** What a stream may send now, as far as the connection is concerned. */
  roomFor(stream: Stream): number {
    const room = Math.min(this.window, OUTPUT_LIMIT - this.output.length);
    if (this.serving === stream) return Math.min(room, this.quota);
    return this.waiting.length > 0 ? 0 : room;
  }

  /** Puts a stream behind all others that wait. */
  queue(stream: Stream): void {
    if (stream.queued) return;
    stream.queued = true;
    this.waiting.push(stream);
  }

  /** Writes a frame for which there is room. */
  put(stream: Stream, bytes: Buffer, start: number, end: number, last: boolean): void {
    const { output } = this;
    const length = end - start;
    const to = output.reserve(FRAME_HEADER + length);
    putFrameHeader(to, output.length, length, FrameType.DATA, last ? Flag.END_STREAM : 0, stream.id);
    output.length = copyOctets(to, output.length + FRAME_HEADER, bytes, start, end);
    this.window -= length;
    this.quota -= length;
    stream.sendWindow -= length;
  }

  /** The other side takes more. @returns `false` where that is more than a window can be */
  widen(more: number): boolean {
    if (this.window + more > MOST_WINDOW) return false;
    this.window += more;
    this.serveWaiting();
    return true;
  }

  /** The other side takes more of one stream, or less. @returns as {@link widen} */
  widenStream(stream: Stream, more: number): boolean {
    if (stream.sendWindow + more > MOST_WINDOW) return false;
    stream.sendWindow += more;
    if (stream.blocked && !stream.queued && stream.sendWindow > 0) {
      this.queue(stream);
      this.serveWaiting();
    }
    return true;
  }

  /** One frame for each stream that waits, round after round, as long as there is room. */
  serveWaiting(): void {
    const { waiting } = this;
    while (waiting.length > 0 && this.window > 0 && !this.full) {
      const stream = waiting.shift() as Stream;
      stream.queued = false;
      if (stream.closed) continue;
      this.serving = stream;
      this.quota = MAX_FRAME_SIZE;
      stream.user.onStreamWritable();
      this.serving = undefined;
    }
  }
}
