import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Body, BodyData, OctetBuffer, putChunk, putLastChunk } from '../../../src/runtime/http';

const parts = fc.array(
  fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets)),
  { maxLength: 6 },
);

it('finds again the data and the trailers that were put into chunks, however they are cut', () => {
  fc.assert(
    fc.property(parts, fc.constantFrom('', 'A: b\r\n'), fc.integer({ min: 1, max: 400 }), (parts, trailers, step) => {
      const framed = new OctetBuffer(16);
      for (const part of parts) putChunk(framed, part, 0, part.length);
      putLastChunk(framed, Buffer.from(trailers));
      const octets = Buffer.from(framed.view());
      const body = new Body();
      body.startChunked();
      expect([body.take(octets, 0, octets.length), body.done]).toEqual([octets.length, true]);
      const data = new BodyData();
      data.startChunked();
      const found: Buffer[] = [];
      for (let from = 0; from < octets.length; from += step) {
        const end = Math.min(octets.length, from + step);
        for (let at = from; at < end; ) {
          at = data.next(octets, at, end);
          found.push(Buffer.from(octets.subarray(data.start, data.end)));
        }
      }
      expect(Buffer.concat(found)).toEqual(Buffer.concat(parts));
      expect([data.done, data.trailers.view().toString()]).toEqual([true, trailers]);
    }),
  );
});
