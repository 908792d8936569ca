import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, type SecureContext, type SecureContextOptions } from 'node:tls';

/** What is known of a connection once its TLS handshake is done. */
export interface TlsFacts {
  /** What both sides agreed on by ALPN, such as `h2`; empty where the client did not ask. */
  readonly protocol: string;
  /** The name that the client asked for (SNI), as it wrote it; empty where it asked for none. */
  readonly serverName: string;
  /** Such as `TLSv1.3`. */
  readonly version: string;
  /** The certificate that the client presented; it was found valid. */
  readonly clientCertificate?: X509Certificate;
}

/** A certificate in use: the same as a context of OpenSSL, and as what one is made of. */
export interface ServerCredentials {
  readonly context: SecureContext;
  readonly options: SecureContextOptions;
}

/** How a listener does TLS. Connections that begin later may be given another. */
export interface ServerTls {
  /** For clients that ask for no name, or for an unknown one. Its versions, ciphers and ticket keys are everybody's. */
  readonly base: ServerCredentials;
  /** The certificate for a name; `undefined` where it is the base's. Left out: the base's for every name. */
  readonly contextFor?: (serverName: string) => SecureContext | undefined;
  /** What is offered by ALPN, the preferred first. */
  readonly protocols: readonly string[];
  /** Whether clients are asked for a certificate, and those without one refused. One that is not valid is refused always. */
  readonly clientCertificates: 'none' | 'optional' | 'required';
}

/** How TLS to a target is done. */
export interface ClientTls {
  readonly context: SecureContext;
  /** The name or the address that must stand in the certificate; a name is asked for as well (SNI). */
  readonly serverName: string;
  /** Whether the certificate must be valid, and for that name. */
  readonly verify: boolean;
  /** What is asked for by ALPN, the preferred first; empty asks for nothing. */
  readonly protocols: readonly string[];
  /** The last session of a connection that was found good in this way; the transport keeps it up, and goes on with it. */
  session: Buffer | undefined;
}

/** ALPN's list of protocols, each behind its length (RFC 7301, section 3.1). */
export function alpnList(protocols: readonly string[]): Buffer {
  return Buffer.concat(protocols.map((name) => Buffer.from([name.length, ...Buffer.from(name, 'latin1')])));
}

/**
 * Whether a certificate stands for a name or an address.
 * @param certificate - in DER
 * @returns the code of what is wrong
 */
export function identityError(name: string, certificate: Buffer | undefined): string | undefined {
  if (certificate === undefined) return 'ERR_TLS_CERT_ALTNAME_INVALID';
  const error = checkServerIdentity(name, new X509Certificate(certificate).toLegacyObject());
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** What `connect` of `node:tls` needs to do TLS in this way. */
export function connectOptions({ context, serverName, verify, protocols }: ClientTls): ConnectionOptions {
  return {
    secureContext: context,
    // RFC 6066, section 3: no addresses.
    servername: isIP(serverName) === 0 ? serverName : '',
    ALPNProtocols: protocols.length > 0 ? [...protocols] : undefined,
    rejectUnauthorized: verify,
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  };
}
