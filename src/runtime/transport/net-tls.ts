import type { Socket as Stream } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { NetTlsSocket } from './net-tls-socket';
import { SessionKeeper } from './session-keeper';
import { type ClientTls, connectOptions, type ServerTls, type TlsFacts } from './tls';

/** Servers that listen nowhere, and are handed their connections. */
const servers = new WeakMap<ServerTls, HandedServer>();

/** Begins TLS as the server of a connection. */
export function acceptNetTls(tcp: Stream, peer: string, tls: ServerTls, first: Buffer | undefined): NetTlsSocket {
  const server = servers.get(tls) ?? new HandedServer(tls);
  servers.set(tls, server);
  const secure = new NetTlsSocket(tcp, peer);
  if (first !== undefined) tcp.unshift(first);
  server.take(tcp, secure);
  return secure;
}

/** Begins TLS as the client of a connection. */
export function connectNetTls(tcp: Stream, peer: string, tls: ClientTls): NetTlsSocket {
  const secure = new NetTlsSocket(tcp, peer);
  const stream = connect({ ...connectOptions(tls), socket: tcp, session: tls.session });
  const keeper = new SessionKeeper(tls);
  stream.on('session', (session) => keeper.take(session));
  stream.on('error', (error: NodeJS.ErrnoException) => secure.broken(error.code ?? 'EPROTO'));
  stream.on('secureConnect', () => {
    keeper.approve();
    secure.opened(stream, { ...factsOf(stream), serverName: tls.serverName });
  });
  return secure;
}

/** A server of `tls` that finds out which connection has become which. */
class HandedServer {
  private readonly server: Server;
  private readonly waiting = new Map<string, NetTlsSocket>();

  constructor({ base, contextFor, protocols, clientCertificates }: ServerTls) {
    this.server = createServer({
      ...base.options,
      ALPNProtocols: [...protocols],
      SNICallback: (name, choose) => choose(null, contextFor?.(name) ?? base.context),
      requestCert: clientCertificates !== 'none',
      rejectUnauthorized: clientCertificates === 'required',
      // The owner of the connection sees to it.
      handshakeTimeout: 0,
    });
    this.server.on('secureConnection', (stream) => {
      const secure = this.waiting.get(keyOf(stream));
      const clientCertificate = clientCertificates === 'none' ? undefined : stream.getPeerX509Certificate();
      stream.allowHalfOpen = true;
      if (secure === undefined) stream.destroy();
      else if (clientCertificate !== undefined && !stream.authorized) secure.broken(String(stream.authorizationError));
      else secure.opened(stream, { ...factsOf(stream), clientCertificate });
    });
    this.server.on('tlsClientError', (error: NodeJS.ErrnoException, stream) => {
      this.waiting.get(keyOf(stream))?.broken(error.code ?? 'EPROTO');
    });
  }

  take(tcp: Stream, secure: NetTlsSocket): void {
    const key = keyOf(tcp);
    this.waiting.set(key, secure);
    // One that ends before its handshake is done is over.
    tcp.allowHalfOpen = false;
    tcp.once('close', () => {
      if (this.waiting.get(key) === secure) this.waiting.delete(key);
    });
    this.server.emit('connection', tcp);
  }
}

function factsOf(stream: TLSSocket): TlsFacts {
  // Set on servers only, and not in the types.
  const { servername } = stream as { servername?: string | false };
  return { protocol: stream.alpnProtocol || '', serverName: servername || '', version: stream.getProtocol() ?? '' };
}

/** The two ends of a connection, by which the stream of `tls` and the one under it know each other. */
function keyOf({ localAddress, localPort, remoteAddress, remotePort }: Stream): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
