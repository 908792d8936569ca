import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peers, readPeers } from '../environment/peers';
import { isEncrypted, type ProxyProgram, type Setup } from './proxy';

const versionOf = (peers: Peers, name: string) => {
  const file = peers[name]?.path;
  const version = file === undefined ? '?' : JSON.parse(readFileSync(file, 'utf8')).version;
  return `${version} on Node ${process.version}`;
};

/** How a program of ours starts a package that was installed elsewhere. */
function command(program: string, name: string, { kind, port, target, certificate }: Setup) {
  const told = {
    directory: readPeers()[name]?.directory,
    port,
    target,
    http2: kind === 'h2',
    websocket: kind === 'websocket',
    tls: isEncrypted(kind) ? { certificate: certificate.certificate, key: certificate.key } : undefined,
  };
  return { program: process.execPath, args: [join(__dirname, 'programs', program), JSON.stringify(told)] };
}

export const HTTP_PROXY: ProxyProgram = {
  name: 'http-proxy',
  version: () => versionOf(readPeers(), 'http-proxy'),
  cannot: { h2: 'http-proxy answers HTTP/1.1 only' },
  does: 'As its README has it, with an agent that keeps connections, and `xfwd`.',
  prepare: (setup) => command('http-proxy.mjs', 'http-proxy', setup),
};

export const FASTIFY: ProxyProgram = {
  name: '@fastify/http-proxy',
  version: () => versionOf(readPeers(), '@fastify/http-proxy'),
  cannot: {},
  does: 'As its README has it (undici keeps connections); sets X-Forwarded-For, -Proto and -Host.',
  prepare: (setup) => command('fastify.mjs', '@fastify/http-proxy', setup),
};
