import { createSecureContext, type SecureContextOptions } from 'node:tls';
import {
  type ClientTls,
  chooseTransport,
  loadRawBinding,
  type RawBinding,
  RawTransport,
  type ServerTls,
  type Socket,
  type SocketOwner,
  type Transport,
} from '../../../src/runtime/transport';
import type { Made } from './certificates';

/** How TLS is done: by a transport, or with raw connections and public TLS, where raw TLS does not work. */
export const TLS_WAYS = ['raw', 'net', 'raw with public TLS'] as const;

/** A transport that does TLS in one of these ways. */
export async function transportOf(way: (typeof TLS_WAYS)[number]): Promise<Transport> {
  if (way !== 'raw with public TLS') return chooseTransport(way);
  const transport = new RawTransport(loadRawBinding() as RawBinding);
  transport.publicTls = true;
  return transport;
}

/** An owner that does nothing. */
export const QUIET: SocketOwner = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onBroken() {} };

/** A listener's TLS with one certificate. */
export function serverTls(made: Made, options: SecureContextOptions = {}, rest: Partial<ServerTls> = {}): ServerTls {
  const all = { cert: made.certificateText, key: made.keyText, sessionIdContext: 'test', ...options };
  return {
    base: { options: all, context: createSecureContext(all) },
    protocols: ['http/1.1'],
    clientCertificates: 'none',
    ...rest,
  };
}

/** TLS to a target whose certificate an authority has signed. */
export function clientTls(authority: string, serverName: string, rest: Partial<ClientTls> = {}): ClientTls {
  return {
    context: createSecureContext({ ca: authority }),
    serverName,
    verify: true,
    protocols: [],
    session: undefined,
    ...rest,
  };
}

/** An owner that sends everything back, and ends when the other side does. */
export function echoing(socket: Socket): SocketOwner {
  return {
    ...QUIET,
    onBytes(bytes, length) {
      if (!socket.write(Buffer.from(bytes.subarray(0, length)))) socket.pause();
    },
    onDrained: () => socket.resume(),
    onEnd: () => socket.end(),
  };
}
