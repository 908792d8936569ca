import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Body } from '../../../src/runtime/http';
import { BAD_BODIES } from '../strictness/chunks';

/** Takes a text in pieces; gives what was taken, or -1. */
function take(body: Body, text: string, size = text.length): number {
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  while (at < bytes.length && !body.done) {
    const end = Math.min(at + size, bytes.length);
    const next = body.take(bytes, at, end);
    if (next < 0) return -1;
    at = next;
  }
  return at;
}

function chunked(): Body {
  const body = new Body();
  body.startChunked();
  return body;
}

it('ends a body of a length at its length', () => {
  const body = new Body();
  body.startLength(3);
  expect([take(body, 'abcdef'), body.done, body.received]).toEqual([3, true, 3]);
});

it('ends a body without a length with its connection', () => {
  const body = new Body();
  body.startUntilClose();
  expect([take(body, 'abc'), body.done]).toEqual([3, false]);
  body.endWithConnection();
  expect(body.done).toBe(true);
});

it('finds the end of chunks however they are cut into pieces', () => {
  const chunk = fc.record({
    data: fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }),
    extension: fc.constantFrom('', ';a', ';a="b c"'),
    upper: fc.boolean(),
  });
  const trailers = fc.array(fc.constantFrom('X-Sum: 1', 'A:'), { maxLength: 2 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 5 }), trailers, fc.integer({ min: 1, max: 20 }), (chunks, lines, size) => {
      const data = chunks.map(({ data, extension, upper }) => {
        const length = data.length.toString(16);
        return `${upper ? length.toUpperCase() : length}${extension}\r\n${data}\r\n`;
      });
      const text = `${data.join('')}0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
      const body = chunked();
      expect(take(body, `${text}GET / HTTP/1.1`, size)).toBe(text.length);
      expect([body.done, body.received]).toEqual([true, chunks.reduce((sum, { data }) => sum + data.length, 0)]);
    }),
  );
});

it.each(BAD_BODIES)('refuses chunks with %s', (_, text) => {
  expect(take(chunked(), text, text.length)).toBe(-1);
  expect(take(chunked(), text, 1)).toBe(-1);
});

it('takes extensions for as long as data come with them', () => {
  const text = `400;${'a'.repeat(1000)}\r\n${'x'.repeat(1024)}\r\n`.repeat(100);
  expect(take(chunked(), text, 1000)).toBe(text.length);
});
