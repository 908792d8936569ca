import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ApiDescription } from '../../src/model';
import { TLS_SUITE } from '../environment/certificate';
import { ROOT } from '../environment/root';
import type { ListenerKind, ProxyProgram, Setup } from './proxy';
import { isEncrypted } from './proxy';

const PROGRAM = join(ROOT, 'lib', 'runtime', 'spillway.js');

export const SPILLWAY: ProxyProgram = {
  name: 'spillway',
  version: () => `${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version} on Node ${process.version}`,
  cannot: {},
  does: 'As `spillway.js run` serves a file: routing, full validation, timeouts, retries, metrics and TCP health checks with their defaults; no access log.',
  prepare: (setup) => serveFile(setup.home, describe(setup)),
};

/** Writes a description as a person would, in YAML without references. */
export function writeDescription(file: string, description: ApiDescription): void {
  writeFileSync(file, stringify(description, { aliasDuplicateObjects: false }));
}

/** Writes a description to a directory; gives the command that serves it, as users run it. */
export function serveFile(home: string, description: ApiDescription) {
  const file = join(home, 'api.yaml');
  writeDescription(file, description);
  return { program: process.execPath, args: [PROGRAM, 'run', file, '--workers', '1'] };
}

function describe(setup: Setup): ApiDescription {
  return {
    version: 1,
    name: 'bench',
    listeners: { web: { address: '127.0.0.1', port: setup.port, ...encryption(setup, setup.kind) } },
    pools: { web: { targets: [{ address: `127.0.0.1:${setup.target}` }] } },
    routes: { all: { pool: 'web' } },
  };
}

function encryption({ certificate }: Setup, kind: ListenerKind): Partial<ApiDescription['listeners'][string]> {
  if (!isEncrypted(kind)) return {};
  const certificates = [{ certificate: certificate.certificate, key: certificate.key }];
  return { protocol: 'https', http2: kind === 'h2', tls: { certificates, minVersion: '1.3', ciphers: TLS_SUITE } };
}
