// Requests at a steady rate, whether or not earlier ones are answered, until the input ends. Prints how long each took from
// when it was due, in milliseconds, or `failed`.
import { Agent, get } from 'node:http';

const { port, perSecond, paths } = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const startedAt = performance.now();
const duration = 1000 / perSecond;
let sent = 0;

setInterval(() => {
  for (; startedAt + sent * duration <= performance.now(); sent++) ask(sent, startedAt + sent * duration);
}, 1);
process.stdin.resume().on('end', () => process.exit());

function ask(number, dueAt) {
  const tell = (good) => console.log(good ? (performance.now() - dueAt).toFixed(3) : 'failed');
  get({ agent, port, host: '127.0.0.1', path: `/${number % paths}/` }, (response) => {
    response.resume().on('end', () => tell(response.statusCode === 200));
  }).on('error', () => tell(false));
}
