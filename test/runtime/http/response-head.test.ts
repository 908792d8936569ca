import { expect, it } from 'vitest';
import { INCOMPLETE, ResponseHead } from '../../../src/runtime/http';

const head = new ResponseHead();

function read(text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  return head.read(bytes, 0, bytes.length);
}

it.each([
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 200 \r\n\r\n',
  'HTTP/1.1 200\r\n\r\n',
  'HTTP/1.0 599 \xe4\r\nA: b\r\n\r\n',
])('takes %j', (text) => {
  expect(read(text)).toBe(text.length);
});

it('tells the status and whether the connection stays', () => {
  read('HTTP/1.1 404 No\r\n\r\n');
  expect([head.status, head.close]).toEqual([404, false]);
  read('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n');
  expect([head.status, head.close]).toEqual([200, true]);
});

it('finds every beginning incomplete, and none of them wrong', () => {
  const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n';
  for (let length = 0; length < whole.length; length++)
    expect([length, read(whole.slice(0, length))]).toEqual([length, INCOMPLETE]);
});
