import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TLS_SUITE } from '../environment/certificate';
import { isEncrypted, type ProxyProgram, ROOM, type Setup } from './proxy';

export const HAPROXY: ProxyProgram = {
  name: 'HAProxy',
  version: () => /version (\S+)/.exec(spawnSync('haproxy', ['-v'], { encoding: 'utf8' }).stdout)?.[1] ?? '?',
  cannot: {},
  does: '1 thread; `http-reuse always`; sets X-Forwarded-For, -Proto and -Host; TCP health checks; no log.',
  prepare(setup) {
    const file = join(setup.home, 'haproxy.cfg');
    writeFileSync(file, configuration(setup));
    return { program: 'haproxy', args: ['-db', '-f', file] };
  },
};

function bind({ kind, port, certificate }: Setup): string {
  const tls = ` ssl crt ${certificate.bundle} ssl-min-ver TLSv1.3 ciphersuites ${TLS_SUITE}`;
  const alpn = ` alpn ${kind === 'h2' ? 'h2,http/1.1' : 'http/1.1'}`;
  return `127.0.0.1:${port} backlog 4096${isEncrypted(kind) ? tls + alpn : ''}`;
}

const configuration = (setup: Setup) => `
global
  nbthread 1
  maxconn ${ROOM}
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1m
  timeout tunnel 1h
  timeout http-request 10s
  timeout http-keep-alive 1h
  http-reuse always
  option forwardfor
frontend web
  bind ${bind(setup)}
  http-request set-header X-Forwarded-Proto ${isEncrypted(setup.kind) ? 'https' : 'http'}
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  default_backend web
backend web
  server one 127.0.0.1:${setup.target} check inter 2s pool-max-conn -1
`;
