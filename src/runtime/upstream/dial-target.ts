import { joinAddress } from '../../model';
import { type ProxiedConnection, writeProxyHeader } from '../forwarding';
import type { Names } from '../names';
import type { TimerWheel } from '../timers';
import { connectWith, type Transport } from '../transport';
import { UpstreamConnection } from './connection';
import { type Beginning, Dial, type Dialed, type DialUser } from './dial';
import { Http2Upstream } from './http2-upstream';
import type { Target } from './target';
import type { Upstream } from './upstream';

/** What connecting needs of the data plane. */
export interface Dialing {
  readonly transport: Transport;
  readonly wheel: TimerWheel;
  readonly names: Names;
}

/**
 * Connects to a target, at whichever of its addresses answers first.
 * @param asker - whose connection the target is told of, if it wants to be
 */
export function dialTarget(
  dialing: Dialing,
  target: Target,
  asker: ProxiedConnection | undefined,
  user: DialUser<Upstream>,
): Dialed {
  const { transport, wheel } = dialing;
  const { serverName, port, idle, wire, http2, tls, connections } = target;
  if (wire.http2) {
    const authority = Buffer.from(joinAddress(serverName, port));
    const open = (address: string, beginning: Beginning) =>
      new Http2Upstream(
        connectWith(transport, address, port, { tls }),
        wheel,
        http2,
        beginning,
        authority,
        connections,
      );
    return http2.dial((one) => dialAddresses<Http2Upstream>(dialing, target, open, one), user);
  }
  // Those that wait have waited too long for this request.
  if (connections.full) idle.dropOldest();
  const announcement = wire.proxyProtocol && writeProxyHeader(wire.proxyProtocol, asker);
  const preamble = { announcement, tls };
  // Who asks is told once, of all that comes over a connection.
  const shared = announcement === undefined;
  const open = (address: string, beginning: Beginning) =>
    new UpstreamConnection(connectWith(transport, address, port, preamble), idle, beginning, shared, connections);
  return dialAddresses<UpstreamConnection>(dialing, target, open, user);
}

function dialAddresses<Connection extends { close(): void }>(
  { wheel, names }: Dialing,
  { host }: Target,
  open: (address: string, beginning: Beginning) => Connection,
  user: DialUser<Connection>,
): Dialed {
  return new Dial(
    wheel,
    names.addressesOf(host),
    { open, tried: (address, answered) => names.tried(host, address, answered) },
    {
      onDialed: (connection) => user.onDialed(connection),
      onDialFailed: (short) => {
        if (!short) names.hurry(host);
        user.onDialFailed(short);
      },
    },
  );
}
