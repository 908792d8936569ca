import { z } from 'zod';
import { addressRange, listenAddress, port } from './address';
import { duration } from './duration';
import { atLeastOne, integer, name, oneOf, text } from './scalars';
import { size } from './size';

const Certificate = z
  .strictObject({
    certificate: text(4096).describe('File of the certificate and its chain, in PEM.'),
    key: text(4096).describe('File of the private key, in PEM.'),
  })
  .describe('A certificate and its key.');

const ClientCertificates = z
  .strictObject({
    authority: text(4096).describe('File of the authorities that sign client certificates, in PEM.'),
    required: z.boolean().default(true).describe('Whether a client without a certificate is refused.'),
  })
  .describe('Certificates that clients present (mutual TLS).');

const Tls = z
  .strictObject({
    certificates: atLeastOne(Certificate)
      .optional()
      .describe('One or more; the name that the client asks for chooses, and the first is for everybody else.'),
    directory: text(4096)
      .optional()
      .describe(
        'Folder of certificates, watched: NAME.pem with its key inside, or NAME.crt or NAME.pem beside NAME.key.',
      ),
    // 1.0 and 1.1 are deprecated by RFC 8996.
    minVersion: oneOf(['1.2', '1.3']).default('1.2').describe('The oldest TLS version that is accepted.'),
    ciphers: text(1024).optional().describe('Cipher suites in OpenSSL syntax. Left out: the data plane’s own list.'),
    clientCertificates: ClientCertificates.optional(),
  })
  .describe('How a listener terminates TLS.');

const ListenerLimits = z
  .strictObject({
    // What Node and HAProxy accept at most by default.
    head: size('1KB', '64KB').prefault('16KB').describe('Request line and header fields together; 431 beyond.'),
    // RFC 9112, section 3 asks for at least 8,000 octets.
    uri: size('256B', '64KB').prefault('8KB').describe('Request target, the path with its query; 414 beyond.'),
    headers: integer(1, 1000).default(100).describe('Number of header fields; 431 beyond.'),
    body: size('0B', '1GB').optional().describe('Request body; 413 beyond. Left out: no limit.'),
    headTimeout: duration('100ms', '10m')
      .prefault('10s')
      .describe('From the first byte of a request to the end of its head; 408 beyond.'),
    bodyTimeout: duration('100ms', '1h').prefault('30s').describe('Between two reads of a request body; 408 beyond.'),
    connections: integer(1, 10_000_000)
      .optional()
      .describe('Connections of clients at once, of the whole instance; more are refused. Left out: no limit.'),
    // Above the 60 s for which most balancers in front keep a connection, the client would lose a race.
    idleTimeout: duration('1s', '1h')
      .prefault('60s')
      .describe('How long a client connection without a request is kept.'),
  })
  .describe('What a client may send, and how slowly.');

/** A listener, as it is written. */
export const Listener = z
  .strictObject({
    address: listenAddress().default('0.0.0.0').describe('The IP address to listen on.'),
    port: port().describe('The port to listen on.'),
    protocol: oneOf(['http', 'https', 'tcp']).default('http').describe('What is spoken on the port.'),
    redirectTo: name().optional().describe('An https listener: every request is sent there with status 308.'),
    http2: z.boolean().default(false).describe('Whether HTTP/2 is offered to clients.'),
    tls: Tls.optional(),
    proxyProtocol: z
      .boolean()
      .default(false)
      .describe(
        'Whether connections begin with a PROXY protocol header. It is believed: let only proxies reach the port.',
      ),
    forwardedHeaders: z
      .array(oneOf(['xForwarded', 'forwarded', 'via']))
      .default(['xForwarded'])
      .describe('How targets are told who asks: X-Forwarded-For, -Host and -Proto; Forwarded; Via.'),
    trustedProxies: z.array(addressRange()).default([]).describe('Whose X-Forwarded-For and Forwarded are believed.'),
    limits: ListenerLimits.prefault({}),
    tiers: atLeastOne(name()).optional().describe('Of a tcp listener: the pools, in the order of failover.'),
    idleTimeout: duration('1s', '1d').optional().describe('Of a tcp listener: how long a silent connection is kept.'),
    plan: oneOf(['p10', 'p50', 'p250', 'p750', 'p1500'])
      .optional()
      .describe('Of a tcp listener: the service plan, which bounds its concurrent connections.'),
  })
  .describe('An address and port that clients connect to.');

/** A listener with its defaults. */
export type Listener = z.output<typeof Listener>;
