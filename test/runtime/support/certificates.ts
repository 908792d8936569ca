import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Why tests that need certificates are skipped; `undefined` where they are not. */
export const NO_OPENSSL = hasOpenssl() ? undefined : 'the openssl command is missing';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

/** A certificate and its key, as files and as text. */
export interface Made {
  readonly certificate: string;
  readonly key: string;
  readonly certificateText: string;
  readonly keyText: string;
}

/** What a certificate is made of; `names` and `addresses` become its subjectAltName. */
export interface Wanted {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly subject?: string;
  /** Days from now; below 0 it has expired. */
  readonly days?: number;
  readonly rsa?: boolean;
}

/** An authority of its own for a test file, in a folder that goes when the tests are over. */
export class Authority {
  readonly directory = mkdtempSync(join(tmpdir(), 'spillway-tls-'));
  /** File of the authority's certificate. */
  readonly file: string;
  private count = 0;

  constructor(name = 'Test authority') {
    this.file = join(this.directory, 'ca.crt');
    const key = join(this.directory, 'ca.key');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-noenc',
      '-days',
      '30',
    )(...['-subj', `/CN=${name}`, '-keyout', key, '-out', this.file]);
    afterAll(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  get text(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** A certificate that this authority signed. */
  make({ names = [], addresses = [], subject = '/CN=test', days = 30, rsa = false }: Wanted = {}): Made {
    const at = (name: string) => join(this.directory, `${this.count}.${name}`);
    this.count += 1;
    const [key, request, certificate, extensions] = [at('key'), at('csr'), at('crt'), at('ext')];
    const algorithm = rsa ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    openssl('req', '-newkey', ...algorithm, '-noenc')('-subj', subject, '-keyout', key, '-out', request);
    const alternatives = [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
    writeFileSync(extensions, alternatives.length > 0 ? `subjectAltName=${alternatives.join(',')}\n` : '');
    openssl(
      'x509',
      '-req',
      '-CA',
      this.file,
      '-CAkey',
      join(this.directory, 'ca.key'),
      '-CAcreateserial',
    )(...['-in', request, '-extfile', extensions, '-days', String(days), '-out', certificate]);
    return { certificate, key, certificateText: readFileSync(certificate, 'utf8'), keyText: readFileSync(key, 'utf8') };
  }
}

function openssl(...first: string[]): (...rest: string[]) => void {
  return (...rest) => void execFileSync('openssl', [...first, ...rest], { stdio: ['ignore', 'ignore', 'pipe'] });
}
