import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listener } from '../../model';
import { reasonOf } from '../files';
import type { CertificatePlace } from './certificate';
import { TlsFileError } from './file-error';

/** A place, and whether it must hold a certificate: others may lie in a folder too, such as an authority's without a key. */
export interface Candidate extends CertificatePlace {
  readonly listed: boolean;
}

/**
 * Where the certificates of a listener lie: those that are listed, then those of its folder by name.
 * @throws TlsFileError where the folder cannot be read
 */
export async function candidatesOf({
  certificates = [],
  directory,
}: NonNullable<Listener['tls']>): Promise<Candidate[]> {
  const listed = certificates.map(({ certificate, key }) => ({ certificate, key, listed: true }));
  return directory === undefined ? listed : [...listed, ...candidatesIn(directory, await namesIn(directory))];
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw new TlsFileError(directory, reasonOf(error), { cause: error });
  }
}

/** NAME.crt or NAME.pem beside NAME.key, or NAME.pem alone. */
function candidatesIn(directory: string, found: readonly string[]): Candidate[] {
  const names = new Set(found.filter((name) => !name.startsWith('.')));
  const stems = [...new Set([...names].map((name) => name.replace(/\.(crt|pem|key)$/, '')))].sort();
  return stems.flatMap((stem): Candidate[] => {
    const key = names.has(`${stem}.key`) ? `${stem}.key` : undefined;
    const certificate = [`${stem}.crt`, `${stem}.pem`].find((name) => names.has(name));
    if (certificate === undefined || (key === undefined && !certificate.endsWith('.pem'))) return [];
    const at = (name: string) => join(directory, name);
    return [{ certificate: at(certificate), key: at(key ?? certificate), listed: key !== undefined }];
  });
}
