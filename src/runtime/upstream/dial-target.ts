import { type ProxiedConnection, writeProxyHeader } from '../forwarding';
import type { Names } from '../names';
import type { TimerWheel } from '../timers';
import type { Transport } from '../transport';
import { UpstreamConnection } from './connection';
import { Dial, type DialUser } from './dial';
import type { Target } from './target';

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
  { transport, wheel, names }: Dialing,
  { host, port, idle, wire }: Target,
  asker: ProxiedConnection | undefined,
  user: DialUser<UpstreamConnection>,
): Dial<UpstreamConnection> {
  const { proxyProtocol } = wire;
  const announcement = proxyProtocol && writeProxyHeader(proxyProtocol, asker);
  return new Dial<UpstreamConnection>(
    wheel,
    names.addressesOf(host),
    {
      open: (address, beginning) => new UpstreamConnection(transport, address, port, idle, beginning, announcement),
      tried: (address, answered) => names.tried(host, address, answered),
    },
    {
      onDialed: (connection) => user.onDialed(connection),
      onDialFailed: () => {
        names.hurry(host);
        user.onDialFailed();
      },
    },
  );
}
