import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { reasonOf } from '../files';
import { TlsFileError } from './file-error';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Where a certificate lies: in one file with its key, or in two. */
export interface CertificatePlace {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate with its chain and its key. */
export interface Certificate extends CertificatePlace {
  /** The certificate, and the authorities between it and the root, in PEM. */
  readonly chain: string;
  readonly keyText: string;
  /** The names that it stands for, in lower case; `*.` begins one for all names with one more label. */
  readonly names: readonly string[];
  /** When it is over, in milliseconds since 1970. */
  readonly notAfter: number;
}

/**
 * Reads a certificate and its key.
 * @param earlier - given back where the files still say the same, since looking into a key takes a millisecond
 * @throws TlsFileError where one cannot be read, or they do not fit together
 */
export async function readCertificate(place: CertificatePlace, earlier?: Certificate): Promise<Certificate> {
  const [chain, keyText] = await Promise.all([readText(place.certificate), readText(place.key)]);
  if (earlier !== undefined && earlier.chain === chain && earlier.keyText === keyText) return earlier;
  const [first] = certificatesIn(place.certificate, chain);
  const key = keyIn(place.key, keyText);
  if (!first.checkPrivateKey(key)) {
    throw new TlsFileError(place.key, `the key is not that of the certificate in ${place.certificate}`);
  }
  return { ...place, chain, keyText, names: namesOf(first), notAfter: Date.parse(first.validTo) };
}

/**
 * Reads a file of authorities, in PEM.
 * @throws TlsFileError where it cannot be read, or holds none
 */
export async function readAuthority(file: string): Promise<string> {
  const text = await readText(file);
  certificatesIn(file, text);
  return text;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsFileError(file, reasonOf(error), { cause: error });
  }
}

/** The certificates of a text: at least one. */
function certificatesIn(file: string, text: string): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...rest] = (text.match(CERTIFICATES) ?? []).map((pem) => new X509Certificate(pem));
    if (first !== undefined) return [first, ...rest];
  } catch (error) {
    throw new TlsFileError(file, `a certificate cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  throw new TlsFileError(file, 'it holds no certificate in PEM', { absent: true });
}

function keyIn(file: string, text: string): KeyObject {
  if (ENCRYPTED.test(text))
    throw new TlsFileError(file, 'the key is encrypted, and nobody is here to give its password');
  if (!KEY.test(text)) throw new TlsFileError(file, 'it holds no private key in PEM', { absent: true });
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new TlsFileError(file, `the key cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** The names of a certificate (RFC 6125, section 6.4: those of the subjectAltName, never the common name). */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  // Values with anything unusual in them are quoted, and no names that a client could ask for.
  return subjectAltName
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length).toLowerCase());
}
