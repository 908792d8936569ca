import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Body, INCOMPLETE, RequestHead, ResponseHead } from '../../../src/runtime/http';
import { HEAD_LIMITS } from '../support/limits';
import { BOUNDED, changed, FUZZ_MS, noise, request, response } from './arbitraries';
import { oracleChunks, oracleRequest, oracleResponse } from './oracle';

const LIMITS = [HEAD_LIMITS, { head: 60, uri: 6, headers: 3 }];
const TIME = FUZZ_MS + 20_000;

const requests = fc.oneof(changed(request), noise);
const responses = fc.oneof(changed(response), noise);
const octets = (text: string) => Buffer.from(text, 'latin1');

/** The lines of a head that are passed on. */
function kept(head: RequestHead | ResponseHead, bytes: Buffer, from: number, end: number): string[] {
  let text = '';
  let at = from;
  for (let i = 0; i < head.cuts; i++) {
    text += bytes.toString('latin1', at, head.cutStart[i]);
    if (head.cutStart[i] === head.plainLine) text += head.plain?.toString('latin1') ?? '';
    at = head.cutEnd[i];
  }
  text += bytes.toString('latin1', at, end - 2);
  return text.split('\r\n').slice(0, -1);
}

/** Reads every beginning of a text: all are incomplete until one is not, and nothing that follows changes that. */
function readBeginnings(read: (end: number) => number, length: number): number {
  const whole = read(length);
  let settled = false;
  for (let end = 0; end <= length; end++) {
    const result = read(end);
    settled ||= result !== INCOMPLETE;
    // Seldom enough that a message of its own for each of them would be most of the work.
    if (settled && result !== whole) throw new Error(`${whole} as a whole, ${result} after ${end} octets`);
  }
  return whole;
}

it(
  'reads the head of a request as the grammar says, however it is cut into pieces',
  () => {
    const head = new RequestHead();
    fc.assert(
      fc.property(requests, fc.constantFrom(...LIMITS), (text, limits) => {
        const bytes = octets(text);
        const end = readBeginnings((length) => head.read(bytes, 0, length, limits), bytes.length);
        const expected = oracleRequest(text, 0, limits);
        if (end <= INCOMPLETE || expected === undefined) {
          expect([end <= INCOMPLETE, expected]).toEqual([true, undefined]);
          return;
        }
        head.read(bytes, 0, bytes.length, limits);
        expect({
          end,
          method: head.method,
          minor: head.minor,
          path: head.path(bytes),
          query: head.query(bytes),
          host: head.host(bytes),
          contentLength: head.contentLength,
          chunked: head.chunked,
          close: head.close,
          lines: kept(head, bytes, head.fieldsStart, end),
        }).toEqual(expected);
      }),
      BOUNDED,
    );
  },
  TIME,
);

it(
  'reads the head of a response as the grammar says, however it is cut into pieces',
  () => {
    const head = new ResponseHead();
    fc.assert(
      fc.property(responses, (text) => {
        const bytes = octets(text);
        const end = readBeginnings((length) => head.read(bytes, 0, length), bytes.length);
        const expected = oracleResponse(text, 0);
        if (end <= INCOMPLETE || expected === undefined) {
          expect([end <= INCOMPLETE, expected]).toEqual([true, undefined]);
          return;
        }
        head.read(bytes, 0, bytes.length);
        expect({
          end,
          status: head.status,
          minor: head.minor,
          contentLength: head.contentLength,
          chunked: head.chunked,
          close: head.close,
          lines: kept(head, bytes, text.indexOf('\r\n') + 2, end),
        }).toEqual(expected);
      }),
      BOUNDED,
    );
  },
  TIME,
);

/** Takes a body in pieces of given sizes: how far, whether to its end, and how much of it was data. */
function take(body: Body, bytes: Buffer, sizes: readonly number[]): [end: number, done: boolean, received: number] {
  let at = 0;
  for (let i = 0; at < bytes.length && !body.done; i++) {
    const next = body.take(bytes, at, Math.min(bytes.length, at + sizes[i % sizes.length]));
    if (next < 0) return [-1, false, 0];
    at = next;
  }
  return [at, body.done, body.received];
}

it(
  'reads a body in chunks as the grammar says, however it is cut into pieces',
  () => {
    const body = new Body();
    const bodies = requests.map((text) => text.slice(text.indexOf('\r\n\r\n') + 4));
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bodies, sizes, (text, pieces) => {
        const bytes = octets(text);
        const results = [[bytes.length + 1], [1], pieces].map((cut) => {
          body.startChunked();
          return take(body, bytes, cut);
        });
        expect(results).toEqual([results[0], results[0], results[0]]);
        const [end, done, received] = results[0];
        const expected = oracleChunks(text, 0);
        expect(done ? [end, received] : undefined).toEqual(expected && [expected.end, expected.data.length]);
      }),
      BOUNDED,
    );
  },
  TIME,
);
