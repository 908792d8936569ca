import { randomBytes } from 'node:crypto';
import type { Configuration } from './configuration';
import type { RuntimeEvent } from './event';
import { type HealthSource, HealthWatch } from './health-watch';
import type { Verdict } from './judging';
import { type Limits, OwnLimits } from './limits';
import type { Names } from './names';
import type { AcceptedSocket, Acceptor, Transport } from './transport';

/** Opens the port of a listener, or takes on one that is open. */
export type OpenPort = (address: string, port: number, accept: (socket: AcceptedSocket) => void) => Promise<Acceptor>;

/** What a data plane has from outside. */
export interface Surroundings {
  readonly openPort: OpenPort;
  readonly health: (configuration: Configuration, names: Names, tell: (event: RuntimeEvent) => void) => HealthSource;
  /** Has the others that serve the same know what was concluded from real requests here. */
  readonly spread: (verdict: Verdict) => void;
  /** Whether it has an admin port of its own. */
  readonly admin: boolean;
  /** Its part of what belongs to all data planes that serve together: 1 where it is alone. */
  readonly share: number;
  /** Those of the instance. */
  readonly limits: Limits;
  /** The secret of TLS session tickets, {@link TICKET_KEYS_SIZE} octets. */
  readonly ticketKeys: Buffer;
}

/** What `node:tls` takes for the secret of session tickets, in octets. */
export const TICKET_KEYS_SIZE = 48;

/** Of a data plane that is alone: it opens its ports, and probes its targets. */
export function alone(transport: Transport): Surroundings {
  return {
    openPort: (address, port, accept) => transport.listen(address, port, accept),
    health: (configuration, names, tell) => new HealthWatch(configuration, names, transport, tell),
    spread: () => {},
    admin: true,
    share: 1,
    limits: new OwnLimits(),
    ticketKeys: randomBytes(TICKET_KEYS_SIZE),
  };
}
