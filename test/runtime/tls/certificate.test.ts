import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAuthority, readCertificate } from '../../../src/runtime/tls/certificate';
import { Authority, NO_OPENSSL } from '../support/certificates';

describe.skipIf(NO_OPENSSL !== undefined)('a certificate', () => {
  const authority = new Authority();
  const made = authority.make({ names: ['Shop.test', '*.shop.test'], addresses: ['127.0.0.1'], subject: '/CN=common' });
  const other = authority.make();
  const at = (name: string) => join(authority.directory, name);

  /** A file of some text. */
  function file(name: string, text: string): string {
    writeFileSync(at(name), text);
    return at(name);
  }

  it('tells its names in lower case, without addresses and the common name, and its end', async () => {
    const read = await readCertificate(made);
    expect(read.names).toEqual(['shop.test', '*.shop.test']);
    expect((read.notAfter - Date.now()) / 86_400_000).toBeCloseTo(30, 1);
  });

  it('may lie in one file with its key', async () => {
    const both = file('both.pem', made.keyText + made.certificateText);
    expect((await readCertificate({ certificate: both, key: both })).names).toContain('shop.test');
  });

  it('is the same object as long as its files say the same', async () => {
    const read = await readCertificate(made);
    expect(await readCertificate(made, read)).toBe(read);
    expect(await readCertificate(other, read)).not.toBe(read);
  });

  it('takes keys of every usual form', async () => {
    const rsa = authority.make({ rsa: true });
    const old = at('old.key');
    execFileSync('openssl', ['rsa', '-in', rsa.key, '-traditional', '-out', old], { stdio: 'ignore' });
    expect((await readCertificate({ certificate: rsa.certificate, key: old })).keyText).toContain('BEGIN RSA PRIVATE');
    expect((await readCertificate(rsa)).keyText).toContain('BEGIN PRIVATE KEY');
  });

  it.each([
    ['a missing file', () => ({ certificate: at('none'), key: made.key }), /none: there is no such file$/],
    ['a folder', () => ({ certificate: authority.directory, key: made.key }), /: it is a directory$/],
    [
      'a file without a certificate',
      () => ({ certificate: made.key, key: made.key }),
      /it holds no certificate in PEM$/,
    ],
    ['a file without a key', () => ({ ...made, key: made.certificate }), /it holds no private key in PEM$/],
    ['another key', () => ({ ...made, key: other.key }), /the key is not that of the certificate in .*\.crt$/],
    ['half a certificate', () => ({ ...made, certificate: half('half.crt', made.certificateText) }), /half\.crt: /],
    ['half a key', () => ({ ...made, key: half('half.key', made.keyText) }), /half\.key: the key cannot be read: /],
    [
      'an encrypted key',
      () => ({ ...made, key: encrypted() }),
      /the key is encrypted, and nobody is here to give its password$/,
    ],
  ])('refuses %s, with the file and the reason', async (_, place, reason) => {
    await expect(readCertificate(place())).rejects.toThrow(reason);
  });

  it('reads a file of authorities, and refuses one without', async () => {
    expect(await readAuthority(authority.file)).toBe(authority.text);
    mkdirSync(at('sub'));
    await expect(readAuthority(at('sub/none.crt'))).rejects.toThrow(/none\.crt: there is no such file$/);
    await expect(readAuthority(made.key)).rejects.toThrow(/it holds no certificate in PEM$/);
  });

  function half(name: string, text: string): string {
    return file(name, text.slice(0, text.length / 2));
  }

  function encrypted(): string {
    const key = at('encrypted.key');
    execFileSync('openssl', ['pkcs8', '-topk8', '-in', made.key, '-out', key, '-passout', 'pass:secret']);
    return key;
  }
});
