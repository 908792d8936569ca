import type { Api } from '../model';
import { CertificateVoice } from './certificate-voice';
import type { RuntimeEvent } from './event';
import { SYSTEM_CLOCK } from './files';
import type { Prepared } from './prepared';
import type { Registry } from './telemetry';
import { ServerStore, TargetStore } from './tls';

/** What is used for TLS: of each listener and each pool that has it, by its name. */
export interface Stores {
  readonly listeners: ReadonlyMap<string, ServerStore>;
  readonly pools: ReadonlyMap<string, TargetStore>;
}

/** The certificates of an API. */
export class Certificates {
  private open: readonly (ServerStore | TargetStore)[] = [];

  constructor(
    private readonly apiName: string,
    private readonly registry: Registry,
    private readonly ticketKeys: Buffer,
    private readonly tell: (event: RuntimeEvent) => void,
  ) {}

  /**
   * Reads the certificates of an API. To commit looks after their files from then on, and no more after those before.
   * @throws FileError where a file cannot be used; then nothing has changed
   */
  async prepare(api: Api): Promise<Prepared & Stores> {
    const [clock, ticketKeys] = [SYSTEM_CLOCK, this.ticketKeys];
    const listeners = new Map<string, ServerStore>();
    for (const [name, { tls, http2 }] of Object.entries(api.listeners)) {
      const voice = this.voiceOf(`listeners.${name}`);
      if (tls !== undefined) listeners.set(name, await ServerStore.open(tls, http2, { ticketKeys, clock, voice }));
    }
    const pools = new Map<string, TargetStore>();
    for (const [name, pool] of Object.entries(api.pools)) {
      const voice = this.voiceOf(`pools.${name}`);
      if (pool.protocol === 'https') pools.set(name, await TargetStore.open(pool, { clock, voice }));
    }
    const commit = async () => {
      this.close();
      this.open = [...listeners.values(), ...pools.values()];
      for (const store of this.open) store.start();
    };
    return { listeners, pools, commit, abandon: async () => {} };
  }

  close(): void {
    for (const store of this.open) store.close();
  }

  private voiceOf(owner: string): CertificateVoice {
    return new CertificateVoice(this.registry, this.tell, this.apiName, owner, SYSTEM_CLOCK);
  }
}
