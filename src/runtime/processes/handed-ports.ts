import type { OpenPort } from '../surroundings';
import type { AcceptedSocket, Acceptor, BoundHandle, Transport } from '../transport';
import { portKey } from './port-key';

interface Handed {
  readonly port: number;
  readonly handle: BoundHandle;
}

/** The ports that a worker was handed. It listens on them when it begins to serve, not while it prepares. */
export class HandedPorts {
  private readonly handed = new Map<string, Handed>();
  private waiting: (() => Promise<void>)[] = [];

  constructor(private readonly transport: Transport) {}

  /** Takes a port, which is listened on once. */
  take(key: string, port: number, handle: BoundHandle): void {
    this.handed.get(key)?.handle.close();
    this.handed.set(key, { port, handle });
  }

  /** Lets go of the ports that were not opened. */
  discard(): void {
    for (const { handle } of this.handed.values()) handle.close();
    this.handed.clear();
  }

  readonly open: OpenPort = async (address, port, accept) => {
    const key = portKey({ address, port });
    const handed = this.handed.get(key);
    if (handed === undefined) throw new Error(`the port ${key} was not handed to this process`);
    this.handed.delete(key);
    return this.acceptor(address, handed, accept);
  };

  /** Listens on all ports that were opened since the last call. */
  async listen(): Promise<void> {
    const { waiting } = this;
    this.waiting = [];
    await Promise.all(waiting.map((start) => start()));
  }

  private acceptor(address: string, { port, handle }: Handed, accept: (socket: AcceptedSocket) => void): Acceptor {
    let listening: Acceptor | undefined;
    const start = async () => {
      listening = await this.transport.listen(address, port, accept, handle);
    };
    this.waiting.push(start);
    return {
      address,
      port,
      close: async () => {
        this.waiting = this.waiting.filter((one) => one !== start);
        if (listening === undefined) handle.close();
        else await listening.close();
      },
    };
  }
}
