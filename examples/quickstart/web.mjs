// A web server that says its name: `node web.mjs web1 8081`
import { createServer } from 'node:http';

const [name, port] = process.argv.slice(2);
const SERVICE_TIME = 10;

createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  setTimeout(() => response.end(`hello ${name}\n`), SERVICE_TIME);
})
  .on('error', ({ message }) => {
    console.error(`${name}: ${message}`);
    process.exitCode = 1;
  })
  .listen(Number(port), '127.0.0.1', () => console.log(`${name} listens on http://127.0.0.1:${port}`));
