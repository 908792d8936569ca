import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and the certificate that it signed itself, in PEM. */
export interface ThrowawayCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Tags of DER (X.690). */
const [INTEGER, BIT_STRING, OBJECT, UTF8, UTC_TIME, SEQUENCE, SET] = [0x02, 0x03, 0x06, 0x0c, 0x17, 0x30, 0x31];

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2; commonName, 2.5.4.3. */
const ECDSA_SHA256 = der(SEQUENCE, der(OBJECT, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(OBJECT, Buffer.from('550403', 'hex'));

/**
 * Makes a certificate for one handshake of this process with itself. Node.js has no way to sign one, and a key that
 * stands in a program is a key that somebody comes to rely on; so the few octets are written here (RFC 5280, section 4.1).
 */
export function throwawayCertificate(): ThrowawayCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from('self-test')))));
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, Buffer.from('500101000000Z')),
    der(UTC_TIME, Buffer.from('491231235959Z')),
  );
  const content = der(
    SEQUENCE,
    der(INTEGER, Buffer.from([1])),
    ECDSA_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', content, privateKey));
  const certificate = der(SEQUENCE, content, ECDSA_SHA256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthOctets = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthOctets]), content]);
}
