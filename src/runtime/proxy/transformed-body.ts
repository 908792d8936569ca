import { BodyData, OctetBuffer, putChunk, putLastChunk, type ResponseHead } from '../http';
import type { BodyTransform, Course, TransformUser } from '../policies';
import type { BodyPath, BodyPathUser } from './body-path';

const CHUNK_SIZE = 20_480;

/** Takes the data out of a body, has it transformed, and frames what comes of it in chunks. */
export class TransformedBody implements BodyPath, TransformUser {
  private readonly data = new BodyData();
  private readonly transform: BodyTransform;
  private waiting: Buffer[] = [];
  private blocked = false;
  private busy = false;
  private ended = false;

  /** @param head - of the response whose body it is */
  constructor(
    head: ResponseHead,
    transform: NonNullable<Course['transform']>,
    private readonly user: BodyPathUser,
  ) {
    if (head.chunked) this.data.startChunked();
    else this.data.startLength(head.contentLength < 0 ? Number.POSITIVE_INFINITY : head.contentLength);
    this.transform = transform(this);
  }

  get full(): boolean {
    return this.busy || this.blocked;
  }

  push(bytes: Buffer, start: number, end: number, done: boolean): void {
    for (let at = start; at < end; ) {
      at = this.data.next(bytes, at, end);
      // What reads a body shares its memory with others, and a transform takes its time.
      const found = Buffer.from(bytes.subarray(this.data.start, this.data.end));
      if (found.length > 0 && !this.transform.write(found)) this.busy = true;
    }
    if (done) this.transform.end();
  }

  resume(): void {
    if (!this.blocked) return;
    this.blocked = false;
    while (!this.blocked && this.waiting.length > 0) this.hand(this.waiting.shift() as Buffer);
    if (this.blocked) return;
    if (this.ended) this.user.onPathEnd();
    else if (!this.busy) this.user.onPathReady();
  }

  close(): void {
    this.transform.destroy();
  }

  onTransformed(data: Buffer): void {
    const chunk = new OctetBuffer(Math.min(CHUNK_SIZE, data.length + 16));
    putChunk(chunk, data, 0, data.length);
    this.put(chunk.view());
  }

  onReady(): void {
    this.busy = false;
    if (!this.blocked) this.user.onPathReady();
  }

  onTransformEnd(): void {
    const last = new OctetBuffer(64);
    putLastChunk(last, this.data.trailers.view());
    this.put(last.view());
    this.ended = true;
    if (!this.blocked) this.user.onPathEnd();
  }

  onTransformFailed(): void {
    this.user.onPathBroken();
  }

  private put(octets: Buffer): void {
    if (this.blocked) this.waiting.push(octets);
    else this.hand(octets);
  }

  private hand(octets: Buffer): void {
    this.blocked = !this.user.onPathOctets(octets);
  }
}
