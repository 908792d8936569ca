import { constants, createHash } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Listener } from '../../model';
import { reasonOf } from '../files';
import type { ServerCredentials, ServerTls } from '../transport';
import type { Certificate } from './certificate';
import { TlsFileError } from './file-error';
import { ServerNames } from './server-names';

type ListenerTls = NonNullable<Listener['tls']>;

/**
 * Suites with forward secrecy and authenticated encryption only, as current browsers and libraries have them; the
 * client's order decides, since it knows whether its machine does AES in hardware.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What a listener's TLS is made of, besides its certificates. */
export interface ServerParts {
  /** The authorities of client certificates, in PEM. */
  readonly authority: string | undefined;
  readonly http2: boolean;
  /** 48 octets, the same for all processes that share a port: sessions of one are gone on with by another. */
  readonly ticketKeys: Buffer;
}

/** Makes the TLS of a listener, and keeps what it has made: a context of OpenSSL takes milliseconds. */
export class ServerTlsMaker {
  private made = new Map<Certificate, ServerCredentials>();
  private readonly common: SecureContextOptions;

  constructor(
    private readonly settings: ListenerTls,
    readonly parts: ServerParts,
  ) {
    this.common = commonOptions(settings, parts);
  }

  /**
   * @param certificates - the first is for clients that ask for no name, or for an unknown one
   * @throws TlsFileError where OpenSSL does not take a certificate or the ciphers
   */
  async make(certificates: readonly [Certificate, ...Certificate[]]): Promise<ServerTls> {
    const made = new Map<Certificate, ServerCredentials>();
    const byName = new ServerNames<ServerCredentials>();
    for (const certificate of certificates) {
      const known = this.made.get(certificate);
      // Many at once would keep everybody waiting.
      if (known === undefined) await new Promise(setImmediate);
      const credentials = known ?? this.credentials(certificate);
      made.set(certificate, credentials);
      byName.add(certificate.names, credentials);
    }
    this.made = made;
    const { authority, http2 } = this.parts;
    return {
      base: made.get(certificates[0]) as ServerCredentials,
      contextFor: certificates.length > 1 ? (name) => byName.find(name)?.context : undefined,
      protocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      clientCertificates:
        authority === undefined ? 'none' : this.settings.clientCertificates?.required ? 'required' : 'optional',
    };
  }

  private credentials({ certificate, chain, keyText }: Certificate): ServerCredentials {
    const options = { ...this.common, cert: chain, key: keyText };
    try {
      return { options, context: createSecureContext(options) };
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ERR_SSL_NO_CIPHER_MATCH'
        ? new TlsFileError('ciphers', `OpenSSL knows none of ${this.settings.ciphers}`, { cause: error })
        : new TlsFileError(certificate, reasonOf(error), { cause: error });
    }
  }
}

function commonOptions(settings: ListenerTls, { authority, ticketKeys }: ServerParts): SecureContextOptions {
  const { ciphers = CIPHERS, minVersion, clientCertificates } = settings;
  return {
    minVersion: `TLSv${minVersion}`,
    ciphers,
    ca: authority,
    ticketKeys,
    // A session is gone on with only where the same client certificates are asked for.
    sessionIdContext: createHash('sha256')
      .update(JSON.stringify([clientCertificates?.required, authority]))
      .digest('hex')
      .slice(0, 32),
    // Renegotiation is dear, and gone from TLS 1.3.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    honorCipherOrder: false,
  };
}
