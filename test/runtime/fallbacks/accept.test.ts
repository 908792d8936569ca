import fc from 'fast-check';
import { expect, it } from 'vitest';
import { qualityOf } from '../../../src/runtime/fallbacks/accept';

it.each([
  ['', 'text/html', 1],
  ['*/*', 'text/html', 1],
  ['text/html', 'text/html', 1],
  ['text/html', 'application/json', 0],
  ['TEXT/HTML; Q=0.4', 'text/html', 0.4],
  ['text/*;q=0.3', 'text/plain; charset=utf-8', 0.3],
  ['text/*;q=0.3, text/html;q=0.7, */*;q=0.5', 'text/html', 0.7],
  ['text/*;q=0.3, text/html;q=0.7, */*;q=0.5', 'text/plain', 0.3],
  ['text/*;q=0.3, text/html;q=0.7, */*;q=0.5', 'image/png', 0.5],
  ['*/*, text/html;q=0', 'text/html', 0],
  ['text/html;level=1, text/html;q=0.4', 'text/html;level=1', 1],
  ['text/html;level=1, text/html;q=0.4', 'text/html', 0.4],
  ['text/plain;format="a, b;c";q=0.6', 'text/plain; format="a, b;c"', 0.6],
  ['*/html', 'text/html', 0],
  ['text/html;q=2, */*;q=0.1', 'text/html', 0.1],
  [',, ,text/html', 'text/html', 1],
])('of %j wants %s by %d', (accept, mediaType, quality) => {
  expect(qualityOf(accept, mediaType)).toBe(quality);
});

it('is from 0 to 1, whatever a client sends', () => {
  const piece = fc.constantFrom('*', '/', 'text', 'html', ';', 'q=', '=', ',', '"', '\\', '0.5', ' ');
  const accept = fc.array(piece, { maxLength: 60, size: 'max' }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(accept, (text) => {
      const quality = qualityOf(text, 'text/html');
      expect(quality).toBeGreaterThanOrEqual(0);
      expect(quality).toBeLessThanOrEqual(1);
    }),
  );
});

it('reads a long one in proportion to its length', () => {
  const hostile = '"\\'.repeat(8_000) + 'a/b;c="'.repeat(2_000);
  expect(qualityOf(hostile, 'text/html')).toBe(0);
});
