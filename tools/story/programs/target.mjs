// A target whose behaviour is told to it by its parent: `node target.mjs web1 8081`
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const [name, port] = process.argv.slice(2);
/** What it does with requests; `capacity` is how many it works at, all others wait. */
const behaviour = { status: 200, serviceMs: 10, capacity: Number.POSITIVE_INFINITY };
const waiting = [];
let working = 0;
let requests = 0;
let bodies = [];

createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  requests += 1;
  const hash = createHash('sha256');
  let octets = 0;
  request.on('data', (chunk) => {
    octets += chunk.length;
    hash.update(chunk);
  });
  request.on('end', () => {
    if (octets > 0) bodies.push({ octets, hash: hash.digest('hex') });
    waiting.push(response);
    next();
  });
})
  .on('error', ({ message }) => {
    console.error(`${name}: ${message}`);
    process.exit(1);
  })
  .listen(Number(port), '127.0.0.1', () => console.log(`${name} listens on http://127.0.0.1:${port}`));

function next() {
  if (working >= behaviour.capacity || waiting.length === 0) return;
  working += 1;
  const response = waiting.shift();
  setTimeout(() => {
    working -= 1;
    response.statusCode = behaviour.status;
    response.end(behaviour.status === 200 ? `hello ${name}\n` : `${name} fails\n`);
    next();
  }, behaviour.serviceMs);
}

process.on('message', (message) => {
  if (message === 'tell') {
    process.send({ requests, bodies });
    requests = 0;
    bodies = [];
  } else Object.assign(behaviour, message);
});
process.on('disconnect', () => process.exit(0));
