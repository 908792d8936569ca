import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectOptions } from '../transport';
import type { Probed } from './probe';

/**
 * Connects to a target as a request would, up to where HTTP begins. Each time anew: what is wrong by now, a session that is
 * gone on with would not meet.
 * @param failed - is told what broke the connection
 * @param protocols - what is asked for by ALPN; left out: what requests ask for
 */
export function connectTo(
  { address: host, port, announcement, tls }: Probed,
  failed: (error: NodeJS.ErrnoException) => void,
  protocols?: string[],
): Socket {
  const tcp = connect({ host, port });
  tcp.on('error', failed);
  if (announcement !== undefined) tcp.write(announcement);
  if (tls === undefined) return tcp;
  const options = connectOptions(tls);
  return connectTls({ ...options, ALPNProtocols: protocols ?? options.ALPNProtocols, socket: tcp }).on('error', failed);
}
