import type { Api } from '../model';
import { CertificateVoice } from './certificate-voice';
import type { RuntimeEvent } from './event';
import type { Prepared } from './prepared';
import type { Registry } from './telemetry';
import { ServerStore, SYSTEM_CLOCK } from './tls';

/** The certificates of each listener that has some, by its name. */
export type Stores = ReadonlyMap<string, ServerStore>;

/** The certificates of an API's listeners. */
export class Certificates {
  private open: Stores = new Map();

  constructor(
    private readonly apiName: string,
    private readonly registry: Registry,
    private readonly ticketKeys: Buffer,
    private readonly tell: (event: RuntimeEvent) => void,
  ) {}

  /**
   * Reads the certificates of an API. To commit looks after their files from then on, and no more after those before.
   * @throws TlsFileError where a file cannot be used; then nothing has changed
   */
  async prepare(api: Api): Promise<Prepared & { readonly stores: Stores }> {
    const stores = new Map<string, ServerStore>();
    for (const [name, { tls, http2 }] of Object.entries(api.listeners)) {
      if (tls === undefined) continue;
      const voice = new CertificateVoice(this.registry, this.tell, this.apiName, name, SYSTEM_CLOCK);
      stores.set(name, await ServerStore.open(tls, http2, { ticketKeys: this.ticketKeys, clock: SYSTEM_CLOCK, voice }));
    }
    const commit = async () => {
      this.close();
      this.open = stores;
      for (const store of stores.values()) store.start();
    };
    return { stores, commit, abandon: async () => {} };
  }

  close(): void {
    for (const store of this.open.values()) store.close();
  }
}
