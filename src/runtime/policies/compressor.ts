import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';
import type { Coding } from './accept-encoding';
import type { BodyTransform, TransformUser } from './course';

/** Between the speed of 1 and the size of 9: what is gained beyond is small. */
const GZIP_LEVEL = 5;
/** As fast as the above, and smaller. */
const BROTLI_QUALITY = 4;
/** Powers of two that the windows of compression have: memory for each body, up to 256 KB. */
const [LEAST_GZIP, MOST_GZIP, LEAST_BROTLI, MOST_BROTLI] = [9, 15, 10, 18];

/** Compresses a body on its way, in as much memory as its window takes, and what one read brings. */
export class Compressor implements BodyTransform {
  private readonly stream: Gzip | BrotliCompress;
  private readonly flushKind: number;
  private destroyed = false;
  private ended = false;

  /** @param length - of the body; `undefined` where nobody knows it, and who reads it may wait for every part */
  constructor(
    coding: Coding,
    private readonly length: number | undefined,
    user: TransformUser,
  ) {
    const stream = coding === 'br' ? brotli(length) : gzip(length);
    this.flushKind = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
    stream.on('data', (data: Buffer) => {
      if (!this.destroyed) user.onTransformed(data);
    });
    stream.on('drain', () => {
      if (!this.destroyed) user.onReady();
    });
    stream.on('end', () => {
      if (!this.destroyed) user.onTransformEnd();
    });
    // Also of what was destroyed: nobody waits for it then.
    stream.on('error', () => {
      if (this.destroyed) return;
      this.destroy();
      user.onTransformFailed();
    });
    this.stream = stream;
  }

  write(data: Buffer): boolean {
    return this.stream.write(data, () => this.pause());
  }

  end(): void {
    this.ended = true;
    this.stream.end();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.stream.destroy();
  }

  /** All that has come is compressed: without a length, nobody knows whether more will come soon. */
  private pause(): void {
    if (this.length !== undefined || this.ended || this.destroyed || this.stream.writableLength > 0) return;
    this.stream.flush(this.flushKind);
  }
}

function gzip(length: number | undefined): Gzip {
  const windowBits = windowOf(length, LEAST_GZIP, MOST_GZIP);
  // The tables grow with the window, as they do by default.
  return createGzip({ level: GZIP_LEVEL, windowBits, memLevel: windowBits - 7 });
}

function brotli(length: number | undefined): BrotliCompress {
  return createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: windowOf(length, LEAST_BROTLI, MOST_BROTLI),
      ...(length === undefined ? {} : { [constants.BROTLI_PARAM_SIZE_HINT]: length }),
    },
  });
}

/** A window no larger than the body. */
function windowOf(length: number | undefined, least: number, most: number): number {
  return length === undefined ? most : Math.min(most, Math.max(least, Math.ceil(Math.log2(Math.max(1, length)))));
}
