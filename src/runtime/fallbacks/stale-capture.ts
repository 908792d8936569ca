import type { StaleStore, StoredAnswer } from './stale-store';

/** Takes one response in, to be given again. It takes no more once it is too large, and keeps nothing that is not whole. */
export class StaleCapture {
  private parts: Uint8Array[] | undefined = [];
  private length = 0;

  constructor(
    private readonly store: StaleStore,
    private readonly key: string,
    private readonly response: Omit<StoredAnswer, 'body' | 'at'>,
  ) {}

  /** Takes in data of the body, without its framing: `bytes[start..end)`, which is copied. */
  take(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (this.parts === undefined) return;
    this.length += end - start;
    if (this.length > this.store.limits.body) this.parts = undefined;
    else this.parts.push(Buffer.from(bytes.subarray(start, end)));
  }

  /** The body has come to its end, whole: keeps the response. A response that breaks off is just let go. */
  end(now: number): void {
    if (this.parts === undefined) return;
    this.store.put(this.key, { ...this.response, body: Buffer.concat(this.parts), at: now });
    this.parts = undefined;
  }
}
