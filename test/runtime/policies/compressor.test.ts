import { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Coding } from '../../../src/runtime/policies/accept-encoding';
import { Compressor } from '../../../src/runtime/policies/compressor';

const DECOMPRESS: Record<Coding, (octets: Buffer) => Buffer> = { gzip: gunzipSync, br: brotliDecompressSync };
const CODINGS: Coding[] = ['gzip', 'br'];

/** Collects what a compressor says, and lets a test wait for it. */
class User {
  readonly parts: Buffer[] = [];
  ready = 0;
  ended = false;
  failed = false;
  private watcher: (() => void) | undefined;

  get octets(): Buffer {
    return Buffer.concat(this.parts);
  }

  until(holds: (user: User) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return;
        this.watcher = undefined;
        resolve();
      };
      this.watcher = look;
      look();
    });
  }

  onTransformed(data: Buffer): void {
    this.parts.push(data);
    this.watcher?.();
  }

  onReady(): void {
    this.ready += 1;
    this.watcher?.();
  }

  onTransformEnd(): void {
    this.ended = true;
    this.watcher?.();
  }

  onTransformFailed(): void {
    this.failed = true;
    this.watcher?.();
  }
}

describe.each(CODINGS)('a body that is compressed by %s', (coding) => {
  it('is the same once it is decompressed, however it came', async () => {
    const parts = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 3_000 }),
        fc.integer({ min: 1, max: 90_000 }).map((n) => new Uint8Array(n).fill(97)),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(parts, fc.boolean(), async (parts, known) => {
        const body = Buffer.concat(parts);
        const user = new User();
        const compressor = new Compressor(coding, known ? body.length : undefined, user);
        for (const part of parts) {
          const { ready } = user;
          if (!compressor.write(Buffer.from(part))) await user.until((one) => one.ready > ready);
        }
        compressor.end();
        await user.until(({ ended }) => ended);
        expect(DECOMPRESS[coding](user.octets).equals(body)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('takes no more than it can hold until it is ready', async () => {
    const user = new User();
    const compressor = new Compressor(coding, 10_000_000, user);
    let written = 0;
    while (compressor.write(Buffer.alloc(65_536, 'abc'))) written += 1;
    expect(written).toBeLessThan(3);
    await user.until(({ ready }) => ready > 0);
    compressor.destroy();
  });

  it('says nothing any more once its client is gone', async () => {
    const user = new User();
    const compressor = new Compressor(coding, undefined, user);
    compressor.write(Buffer.alloc(200_000, 'abc'));
    compressor.destroy();
    compressor.destroy();
    // Another that goes its whole way gives the first the time to speak.
    const other = new User();
    const last = new Compressor(coding, undefined, other);
    last.write(Buffer.alloc(200_000, 'abc'));
    last.end();
    await other.until(({ ended }) => ended);
    expect([user.parts.length, user.ready, user.ended, user.failed]).toEqual([0, 0, false, false]);
  });
});

it('hands on every part of a body whose length nobody knows as soon as it is there', async () => {
  const user = new User();
  const compressor = new Compressor('gzip', undefined, user);
  const gunzip = createGunzip();
  let text = '';
  gunzip.on('data', (data: Buffer) => {
    text += data.toString();
  });
  const readable = async (wanted: string) => {
    while (!text.includes(wanted)) {
      const count = user.parts.length;
      if (count === 0) await user.until(({ parts }) => parts.length > 0);
      for (const part of user.parts.splice(0))
        await new Promise<void>((resolve) => gunzip.write(part, () => resolve()));
      if (!text.includes(wanted)) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  compressor.write(Buffer.from('first line\n'));
  await readable('first line\n');
  compressor.write(Buffer.from('second line\n'));
  await readable('second line\n');
  compressor.destroy();
  gunzip.destroy();
});

it('holds back what fills no block where the end is known to come', async () => {
  const user = new User();
  const compressor = new Compressor('gzip', 11, user);
  compressor.write(Buffer.from('first line\n'));
  compressor.end();
  await user.until(({ ended }) => ended);
  expect(gunzipSync(user.octets).toString()).toBe('first line\n');
  expect(user.octets.length).toBeLessThan(40);
});
