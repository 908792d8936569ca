import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for 127.0.0.1, as files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Both in one file, as HAProxy wants them. */
  readonly bundle: string;
}

/** What every proxy with TLS is held to: the same protocol, suite and kind of key. */
export const TLS_SUITE = 'TLS_AES_128_GCM_SHA256';

/** Makes a self-signed P-256 certificate in a directory. */
export function makeCertificate(directory: string): Certificate {
  const certificate = join(directory, 'certificate.pem');
  const key = join(directory, 'key.pem');
  const bundle = join(directory, 'bundle.pem');
  const what = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...what, ...name, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  writeFileSync(bundle, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
  return { certificate, key, bundle };
}
