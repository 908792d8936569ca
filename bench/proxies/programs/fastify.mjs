// A proxy made of @fastify/http-proxy, as its README shows it; told by its first argument, as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { directory, port, target, tls, http2, websocket } = JSON.parse(process.argv[2]);
const require = createRequire(join(directory, 'package.json'));

const https = tls && {
  cert: readFileSync(tls.certificate),
  key: readFileSync(tls.key),
  minVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
};
// As long as the other proxies keep an idle connection.
const server = require('fastify')({ keepAliveTimeout: 3_600_000, http2, ...(https ? { https } : {}) });
server.register(require('@fastify/http-proxy'), {
  upstream: `http://127.0.0.1:${target}`,
  websocket,
  replyOptions: {
    // It hands on what concerns the upstream's connection alone; a client that asked to close would wait for ever.
    rewriteHeaders: ({ connection, 'keep-alive': keepAlive, ...headers }) => headers,
    rewriteRequestHeaders: (request, headers) => ({
      ...headers,
      'x-forwarded-for': request.ip,
      'x-forwarded-proto': request.protocol,
      'x-forwarded-host': request.host,
    }),
  },
});
await server.listen({ port, host: '127.0.0.1', backlog: 4096 });
