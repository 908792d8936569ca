import { expect, it } from 'vitest';
import { ResponseHead } from '../../../src/runtime/http';
import type { TransformUser } from '../../../src/runtime/policies';
import { TransformedBody } from '../../../src/runtime/proxy/transformed-body';

/** A transform that the test plays itself, and what comes out of the body. */
function start(field: string) {
  const octets = Buffer.from(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`);
  const head = new ResponseHead();
  head.read(octets, 0, octets.length);
  const taken: string[] = [];
  const out: string[] = [];
  const flow = { client: true, transform: true };
  let user!: TransformUser;
  const body = new TransformedBody(
    head,
    (given) => {
      user = given;
      return {
        write: (data) => {
          taken.push(data.toString());
          return flow.transform;
        },
        end: () => taken.push('end'),
        destroy: () => taken.push('destroyed'),
      };
    },
    {
      onPathOctets: (one) => {
        out.push(one.toString());
        return flow.client;
      },
      onPathReady: () => out.push('ready'),
      onPathEnd: () => out.push('end'),
      onPathBroken: () => out.push('broken'),
    },
  );
  const push = (text: string, done = false) => body.push(Buffer.from(text), 0, text.length, done);
  return { body, flow, out, push, taken, user };
}

it.each([
  ['chunks', 'Transfer-Encoding: chunked', '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'],
  ['a length', 'Content-Length: 5', 'abcde'],
])('gives the transform the data of a body in %s, however it comes', (_, field, framed) => {
  const { push, taken } = start(field);
  for (const octet of framed.slice(0, -1)) push(octet);
  push(framed.slice(-1), true);
  expect(taken.at(-1)).toBe('end');
  expect(taken.slice(0, -1).join('')).toBe('abcde');
});

it('frames what comes of it in chunks, and ends them', () => {
  const { out, user } = start('Content-Length: 5');
  user.onTransformed(Buffer.from('0123456789abcdef'));
  user.onTransformEnd();
  expect(out).toEqual(['10\r\n0123456789abcdef\r\n', '0\r\n\r\n', 'end']);
});

it('carries the trailers of the body over', () => {
  const { out, push, user } = start('Transfer-Encoding: chunked');
  push('1\r\na\r\n0\r\nSum: 1\r\n\r\n', true);
  user.onTransformEnd();
  expect(out[0]).toBe('0\r\nSum: 1\r\n\r\n');
});

it('keeps what a client does not take, and hands it on in order', () => {
  const { body, flow, out, user } = start('Content-Length: 5');
  flow.client = false;
  for (const text of ['a', 'b']) user.onTransformed(Buffer.from(text));
  user.onTransformEnd();
  expect(out).toEqual(['1\r\na\r\n']);
  expect(body.full).toBe(true);
  flow.client = true;
  body.resume();
  expect(out).toEqual(['1\r\na\r\n', '1\r\nb\r\n', '0\r\n\r\n', 'end']);
});

it('is full while its transform is busy', () => {
  const { body, flow, out, push, user } = start('Content-Length: 5');
  flow.transform = false;
  push('ab');
  expect(body.full).toBe(true);
  user.onReady();
  expect(body.full).toBe(false);
  expect(out).toEqual(['ready']);
});

it('breaks off where its transform fails, and lets go of it where the client leaves', () => {
  const { body, out, taken, user } = start('Content-Length: 5');
  user.onTransformFailed();
  body.close();
  expect([out, taken]).toEqual([['broken'], ['destroyed']]);
});
