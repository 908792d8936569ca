import type { Socket, SocketOwner } from '../transport';
import { AnnouncedConnection } from './announced-connection';
import { ClientConnection } from './client-connection';
import type { Engine } from './engine';
import type { Entrance } from './entrance';
import { Http2Connection } from './http2-connection';
import { ProtocolChoice } from './protocol-choice';
import { noteRefusal } from './refusal';

/** Takes a connection that came through a listener. */
export function acceptConnection(engine: Engine, entrance: Entrance, socket: Socket): void {
  const peer = plainAddress(socket.peer);
  if (!entrance.proxyProtocol) {
    serve(engine, entrance, socket, peer);
    return;
  }
  const leave = () => entrance.clients.delete(connection);
  const connection = new AnnouncedConnection(engine.wheel, socket, entrance.limits.headTimeout, {
    announced: (announced, rest) => {
      leave();
      const client = serve(engine, entrance, socket, plainAddress(announced?.source.address ?? peer));
      if (rest.length > 0) client.onBytes(rest, rest.length);
    },
    unannounced: () => {
      leave();
      noteRefusal(engine, entrance, peer, 400);
    },
    gone: leave,
  });
  entrance.clients.add(connection);
}

function serve(engine: Engine, entrance: Entrance, socket: Socket, peer: string): SocketOwner {
  if (!entrance.http2) return new ClientConnection(engine, entrance, socket, peer);
  return new ProtocolChoice(engine, entrance, socket, (http2) =>
    http2 ? new Http2Connection(engine, entrance, socket, peer) : new ClientConnection(engine, entrance, socket, peer),
  );
}

/** IPv4 clients of an IPv6 listener, as everybody writes their addresses. */
function plainAddress(peer: string): string {
  return peer.startsWith('::ffff:') ? peer.slice('::ffff:'.length) : peer;
}
