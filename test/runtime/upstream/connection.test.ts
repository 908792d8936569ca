import { beforeEach, expect, it } from 'vitest';
import type { Socket, SocketOwner } from '../../../src/runtime/transport';
import { IdleConnections, UpstreamConnection, type UpstreamUser } from '../../../src/runtime/upstream';
import { ConnectionCount } from '../../../src/runtime/upstream/connection-count';

/** A socket that does what a test says. */
class FakeSocket implements Socket {
  owner!: SocketOwner;
  readonly peer = '';
  flushes = true;
  closed = false;
  write = () => this.flushes;
  pause() {}
  resume() {}
  useOwnBuffer() {}
  end() {}
  reset() {}
  close() {
    this.closed = true;
  }
  receive(text: string) {
    this.owner.onBytes(Buffer.from(text), text.length);
  }
}

let socket: FakeSocket;
let told: string[];
const tell = (what: string) => () => void told.push(what);
const user: UpstreamUser = {
  onInterim: tell('interim'),
  onResponse: tell('response'),
  onBody: tell('body'),
  onSwitch: () => undefined,
  onBodyEnd: tell('bodyEnd'),
  onUpstreamDrained: tell('drained'),
  onLost: tell('lost'),
};

const beginning = {
  onConnected: tell('connected'),
  onConnectFailed: (code: string) => void told.push(code),
};

let home: IdleConnections<UpstreamConnection>;
let connection: UpstreamConnection;

beforeEach(() => {
  socket = new FakeSocket();
  told = [];
  home = new IdleConnections();
  connection = new UpstreamConnection(socket, home, beginning);
  socket.owner.onConnected();
  connection.assign(user);
});

/** Sends a request, gets a response, and gives the connection back; tells whether it is kept. */
function kept(response: string, { flushes = true, requestSent = true } = {}): boolean {
  socket.flushes = flushes;
  connection.send(Buffer.from('x'), 'GET', false);
  socket.receive(response);
  connection.release(0, requestSent);
  const waiting = home.take(0);
  expect(waiting === undefined).toBe(socket.closed);
  return waiting !== undefined;
}

const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na';

it('waits for the next request once its response is whole', () => {
  expect(kept(WHOLE)).toBe(true);
});

it('closes where a part of the request still waits in its buffer', () => {
  expect(kept(WHOLE, { flushes: false })).toBe(false);
});

it('closes where the request was not sent to its end', () => {
  expect(kept(WHOLE, { requestSent: false })).toBe(false);
});

it.each([
  ['the response is not whole', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na'],
  ['more came than the response', `${WHOLE}b`],
  ['the target asks for it', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na'],
  ['the target speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na'],
  ['the response has no length', 'HTTP/1.1 200 OK\r\n\r\na'],
])('closes where %s', (_, response) => {
  expect(kept(response)).toBe(false);
});

it('closes, and is not kept, when something comes while it waits', () => {
  connection.send(Buffer.from('x'), 'GET', false);
  socket.receive(WHOLE);
  connection.release(0, true);
  socket.receive('x');
  expect([socket.closed, home.take(0)]).toEqual([true, undefined]);
});

it('takes a connection that ends after the whole response for no loss', () => {
  connection.send(Buffer.from('x'), 'GET', false);
  socket.receive(WHOLE);
  socket.owner.onBroken('ECONNRESET');
  connection.release(0, true);
  expect([told.includes('lost'), home.take(0)]).toEqual([false, undefined]);
});

it('tells those who made it how it began, once', () => {
  expect(told).toEqual(['connected']);
  told = [];
  connection = new UpstreamConnection(socket, home, beginning);
  socket.owner.onBroken('ECONNREFUSED');
  expect([told, socket.closed]).toEqual([['ECONNREFUSED'], true]);
});

it('counts from its beginning until it is closed, and not twice', () => {
  const count = new ConnectionCount();
  const one = new UpstreamConnection(new FakeSocket(), home, beginning, true, count);
  expect(count.open).toBe(1);
  one.close();
  one.close();
  expect(count.open).toBe(0);
});
