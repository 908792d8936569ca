import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodySender } from '../../../src/runtime/http2';
import { RecordedClient } from '../support/http2-asker';
import { type Frame, frame, settings, T, u32 } from '../support/http2-frames';

/** A stream whose windows the test opens. */
function narrow(window: number) {
  const client = new RecordedClient().receive(frame(T.SETTINGS, 0, 0, settings([4, window])));
  const stream = client.open();
  client.take();
  return { client, stream };
}

const dataOf = (frames: Frame[]) =>
  Buffer.concat(frames.filter(({ type }) => type === T.DATA).map(({ payload }) => payload));

/** How a body is framed, and what came out of it. */
const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((octets) => Buffer.from(octets));
const trailer = fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.stringMatching(/^[!-~]{0,20}$/));
const body = fc.record({
  chunks: fc.array(chunk, { maxLength: 6 }),
  trailers: fc.array(trailer, { maxLength: 2 }),
  chunked: fc.boolean(),
  extension: fc.constantFrom('', ';a=b', ';q="x y"'),
});

describe('a body on its way', () => {
  it('becomes the same data and trailers, however it is framed, cut and held up', () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        ({ chunks, trailers, chunked, extension }, steps) => {
          const content = Buffer.concat(chunks);
          const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          const framed = chunked
            ? Buffer.concat([
                ...chunks.flatMap((one) => [
                  Buffer.from(`${one.length.toString(16)}${extension}\r\n`),
                  one,
                  Buffer.from('\r\n'),
                ]),
                Buffer.from(`0\r\n${lines}\r\n`),
              ])
            : content;
          const { client, stream } = narrow(0);
          const sender = new BodySender();
          if (chunked) sender.startChunked();
          else sender.startLength(content.length);
          const sent: Frame[] = [];
          let step = 0;
          let clear = true;
          const open = () => {
            client.receive(frame(T.WINDOW, 0, stream.id, u32(steps[step++ % steps.length])));
            clear = sender.resume();
            sent.push(...client.take());
          };
          const first = Math.min(framed.length, steps[0]);
          const empty = sender.isEmpty(framed, 0, first);
          const head = stream.beginBlock();
          stream.endBlock(head, empty);
          clear = sender.sendFirst(stream, framed, first);
          for (let at = first; at < framed.length; ) {
            while (!clear) open();
            const end = Math.min(framed.length, at + steps[step++ % steps.length]);
            clear = sender.send(framed, at, end);
            at = end;
          }
          while (!clear) open();
          sent.push(...client.take());
          expect(dataOf(sent).equals(content)).toBe(true);
          expect(sender.sent).toBe(content.length);
          expect(stream.localDone).toBe(true);
          const ends = sent.filter(({ type, flags }) => type <= T.HEADERS && (flags & 1) === 1);
          expect(ends).toHaveLength(1);
          const wantsTrailers = chunked && trailers.length > 0;
          expect(sent.filter(({ type }) => type === T.HEADERS)).toHaveLength(wantsTrailers ? 2 : 1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that waits keeps what it is told is not to stay', () => {
    const { client, stream } = narrow(0);
    const sender = new BodySender();
    sender.startLength(5);
    const memory = Buffer.from('xhello');
    sender.isEmpty(memory, 1, 6);
    expect(sender.sendFirst(stream, memory, 6)).toBe(false);
    sender.keepRest();
    memory.fill('-');
    client.receive(frame(T.WINDOW, 0, stream.id, u32(9)));
    expect(sender.resume()).toBe(true);
    expect(`${dataOf(client.take())}`).toBe('hello');
  });

  it('goes on behind what waits', () => {
    const { client, stream } = narrow(1);
    const sender = new BodySender();
    sender.startLength(6);
    const memory = Buffer.from('abc');
    sender.isEmpty(memory, 0, 3);
    sender.sendFirst(stream, memory, 3);
    expect(sender.send(Buffer.from('xdefx'), 1, 4)).toBe(false);
    client.receive(frame(T.WINDOW, 0, stream.id, u32(9)));
    sender.resume();
    expect(`${dataOf(client.take())}`).toBe('abcdef');
  });

  it('without a length ends when it is told', () => {
    const { client, stream } = narrow(9);
    const sender = new BodySender();
    sender.startLength(Number.POSITIVE_INFINITY);
    const memory = Buffer.from('abc');
    sender.isEmpty(memory, 0, 3);
    sender.sendFirst(stream, memory, 3);
    expect(stream.localDone).toBe(false);
    sender.finish();
    expect(client.take().at(-1)).toEqual({ type: T.DATA, flags: 1, stream: 1, payload: Buffer.alloc(0) });
  });
});
