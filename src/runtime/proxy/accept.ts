import { ForwardedFields, type ProxiedConnection } from '../forwarding';
import type { AcceptedSocket, Socket, SocketOwner } from '../transport';
import { AnnouncedConnection } from './announced-connection';
import { ClientConnection } from './client-connection';
import type { Engine } from './engine';
import type { Entrance } from './entrance';
import { Handshake } from './handshake';
import { Http2Connection } from './http2-connection';
import { ProtocolChoice } from './protocol-choice';
import { noteRefusal } from './refusal';

const NOTHING = Buffer.alloc(0);

/** Takes a connection that came through a listener. */
export function acceptConnection(engine: Engine, entrance: Entrance, socket: AcceptedSocket): void {
  const peer = plainAddress(socket.peer);
  const own = entrance.tellsEndpoints ? plainly(socket.endpoints()) : undefined;
  if (!entrance.proxyProtocol) {
    begin(engine, entrance, socket, new ForwardedFields(entrance.forwarding, peer, own), NOTHING);
    return;
  }
  const leave = () => entrance.clients.delete(connection);
  const connection = new AnnouncedConnection(engine.wheel, socket, entrance.limits.headTimeout, {
    announced: (announced, rest) => {
      leave();
      const connection = announced === undefined ? own : plainly(announced);
      const address = connection === undefined || announced === undefined ? peer : connection.source.address;
      begin(engine, entrance, socket, new ForwardedFields(entrance.forwarding, address, connection), rest);
    },
    unannounced: () => {
      leave();
      noteRefusal(engine, entrance, peer, 400);
    },
    gone: leave,
  });
  entrance.clients.add(connection);
}

/** @param first - what was read already */
function begin(engine: Engine, entrance: Entrance, socket: Socket, asker: ForwardedFields, first: Buffer): void {
  const tls = entrance.tls?.current;
  if (tls === undefined) {
    const client = serve(engine, entrance, socket, asker);
    if (first.length > 0) client.onBytes(first, first.length);
    return;
  }
  const early = first.length > 0 ? Buffer.from(first) : undefined;
  new Handshake(engine, entrance, socket, tls, early, (secure) => {
    const certificate = secure.tls?.clientCertificate;
    if (certificate !== undefined) asker.present(certificate.raw);
    serve(engine, entrance, secure, asker);
  });
}

function serve(engine: Engine, entrance: Entrance, socket: Socket, asker: ForwardedFields): SocketOwner {
  const serveAs = (http2: boolean) =>
    http2
      ? new Http2Connection(engine, entrance, socket, asker)
      : new ClientConnection(engine, entrance, socket, asker);
  // With TLS, ALPN has decided (RFC 9113, section 3.2).
  if (socket.tls !== undefined) return serveAs(socket.tls.protocol === 'h2');
  return entrance.http2 ? new ProtocolChoice(engine, entrance, socket, serveAs) : serveAs(false);
}

/** IPv4 clients of an IPv6 listener, as everybody writes their addresses. */
function plainAddress(peer: string): string {
  return peer.startsWith('::ffff:') ? peer.slice('::ffff:'.length) : peer;
}

function plainly({ source, destination }: ProxiedConnection): ProxiedConnection {
  return {
    source: { ...source, address: plainAddress(source.address) },
    destination: { ...destination, address: plainAddress(destination.address) },
  };
}
