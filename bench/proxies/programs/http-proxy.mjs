// A proxy made of http-proxy, as its README shows it; told by its first argument, as JSON.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { directory, port, target, tls } = JSON.parse(process.argv[2]);
const httpProxy = createRequire(join(directory, 'package.json'))('http-proxy');

const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${target}`,
  agent: new http.Agent({ keepAlive: true, maxFreeSockets: 1024 }),
  xfwd: true,
});
proxy.on('error', (_, __, response) => response.destroy());
const answer = (request, response) => proxy.web(request, response);
const server = tls
  ? https.createServer(
      {
        cert: readFileSync(tls.certificate),
        key: readFileSync(tls.key),
        minVersion: 'TLSv1.3',
        ciphers: 'TLS_AES_128_GCM_SHA256',
      },
      answer,
    )
  : http.createServer(answer);
server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head));
// As long as the other proxies keep an idle connection.
server.keepAliveTimeout = 3_600_000;
server.listen(port, '127.0.0.1', 4096);
