// Opens keep-alive connections, sends one request on each, and holds them: `first` of them, then the rest when a line
// comes, until the input ends. Prints `open` after each part, or what went wrong.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';

const { port, first, connections, tls } = JSON.parse(process.argv[2]);
/** Connections that are being opened at the same time. */
const WIDTH = 50;
const REQUEST = 'GET / HTTP/1.1\r\nHost: bench\r\n\r\n';

const held = [];
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
try {
  await grow(first);
  console.log('open');
  await lines.next();
  await grow(connections - first);
  if (held.some((socket) => socket.destroyed)) throw new Error('the proxy has closed idle connections');
  console.log('open');
  await lines.next();
} catch (error) {
  console.log(error.message);
}
process.exit();

async function grow(count) {
  let left = count;
  const open = async () => {
    while (left > 0) {
      left -= 1;
      await openOne();
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, open));
}

async function openOne() {
  const options = { port, host: '127.0.0.1' };
  const socket = tls ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
  await once(socket, tls ? 'secureConnect' : 'connect');
  socket.write(REQUEST);
  let text = '';
  while (!/\r\n\r\nx{100}$/.test(text)) {
    const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    if (!Buffer.isBuffer(chunk)) throw new Error(`the proxy closed a connection after ${JSON.stringify(text)}`);
    text += chunk.toString('latin1');
  }
  socket.on('error', () => {});
  held.push(socket);
}
