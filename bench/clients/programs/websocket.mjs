// WebSocket clients that play ping-pong with an echo server for a while; prints what they did as JSON.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const { port, connections, seconds } = JSON.parse(process.argv[2]);
const SIZE = 64;
const MASK = Buffer.from([1, 2, 3, 4]);
const payload = Buffer.alloc(SIZE, 'x');
const frame = Buffer.concat([Buffer.from([0x82, 0x80 | SIZE]), MASK, payload.map((octet, i) => octet ^ MASK[i & 3])]);
const ANSWER = Buffer.concat([Buffer.from([0x82, SIZE]), payload]);

let operations = 0;
let ended = false;
let failure;

const fail = (reason) => {
  if (!ended) failure ??= reason;
};

const sockets = Array.from({ length: connections }, open);
setTimeout(() => {
  ended = true;
  for (const socket of sockets) socket.destroy();
  console.log(JSON.stringify({ operations, failure }));
}, seconds * 1000);

function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  let head = '';
  let rest = Buffer.alloc(0);
  const opening = (chunk) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    if (!/^HTTP\/1\.1 101 /.test(head)) {
      fail(head.split('\r\n')[0]);
      socket.destroy();
      return;
    }
    socket.off('data', opening).on('data', message).write(frame);
  };
  const message = (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (rest.length < ANSWER.length) return;
    if (!rest.equals(ANSWER)) return fail('another message came back');
    rest = Buffer.alloc(0);
    operations += 1;
    socket.write(frame);
  };
  return socket
    .on('data', opening)
    .on('error', (error) => fail(error.message))
    .on('close', () => fail('the connection was closed'));
}
