import { BodyData } from '../http';
import type { StaleStore, StoredAnswer } from './stale-store';

/** How the body of a response is framed: by its length in octets, or in chunks. */
export type BodyFraming = number | 'chunked';

/** Takes one response in, to be given again. It takes no more once it is too large, and keeps nothing that is not whole. */
export class StaleCapture {
  private readonly data = new BodyData();
  private parts: Uint8Array[] | undefined = [];
  private length = 0;

  constructor(
    private readonly store: StaleStore,
    private readonly key: string,
    private readonly response: Omit<StoredAnswer, 'body' | 'at'>,
    framing: BodyFraming,
  ) {
    if (framing === 'chunked') this.data.startChunked();
    else this.data.startLength(framing);
  }

  /** Takes in octets of the body as the target framed them: `bytes[start..end)`, whose data is copied. */
  take(bytes: Buffer, start: number, end: number): void {
    const { data } = this;
    for (let at = start; this.parts !== undefined && at < end; ) {
      at = data.next(bytes, at, end);
      this.add(bytes.subarray(data.start, data.end));
    }
  }

  /** The body has come to its end: keeps the response. One that breaks off is just let go. */
  end(now: number): void {
    if (this.parts === undefined || !this.data.done) return;
    this.store.put(this.key, { ...this.response, body: Buffer.concat(this.parts), at: now });
    this.parts = undefined;
  }

  private add(data: Buffer): void {
    this.length += data.length;
    if (this.length > this.store.limits.body) this.parts = undefined;
    else if (data.length > 0) this.parts?.push(Buffer.from(data));
  }
}
