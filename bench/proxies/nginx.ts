import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TLS_SUITE } from '../environment/certificate';
import { type ProxyProgram, ROOM, type Setup } from './proxy';

export const NGINX: ProxyProgram = {
  name: 'nginx',
  version: () => /nginx\/(\S+)/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? '?',
  cannot: {},
  does: '1 worker; upstream keep-alive; sets X-Forwarded-For, -Proto and -Host; 64 KB buffers for large bodies; no access log.',
  prepare(setup) {
    const file = join(setup.home, 'nginx.conf');
    writeFileSync(file, configuration(setup));
    return { program: 'nginx', args: ['-p', setup.home, '-c', file] };
  },
};

const LISTEN: Record<Setup['kind'], string> = { http: '', websocket: '', https: ' ssl', h2: ' ssl http2' };

const UPGRADE = `
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";`;

const configuration = ({ kind, home, port, target, certificate }: Setup) => `
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log crit;
events { worker_connections ${2 * ROOM}; }
http {
  access_log off;
  keepalive_requests 2000000000;
  keepalive_timeout 1h;
  client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  upstream web {
    server 127.0.0.1:${target};
    keepalive 512;
    keepalive_requests 2000000000;
    keepalive_timeout 1h;
  }
  server {
    listen 127.0.0.1:${port}${LISTEN[kind]} backlog=4096;
    ssl_certificate ${certificate.certificate};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites ${TLS_SUITE};
    proxy_http_version 1.1;
    location / {
      proxy_pass http://web;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;${kind === 'websocket' ? UPGRADE : '\n      proxy_set_header Connection "";'}
      location ~ ^/(16k|1m)$ {
        proxy_pass http://web;
        proxy_buffer_size 64k;
        proxy_buffers 16 64k;
        proxy_busy_buffers_size 128k;
        proxy_max_temp_file_size 0;
      }
    }
  }
}
`;
