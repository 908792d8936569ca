import { METRICS } from '../signals';
import type { RuntimeEvent } from './event';
import type { Clock, FileError } from './files';
import type { Registry } from './telemetry';
import type { Certificate, StoreVoice } from './tls';

/** Tells how the certificates of a listener or a pool are: in events, and in what is measured. */
export class CertificateVoice implements StoreVoice {
  private served: readonly Certificate[] | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly tell: (event: RuntimeEvent) => void,
    private readonly api: string,
    /** `listeners.web`, or `pools.live`. */
    private readonly owner: string,
    private readonly clock: Clock,
  ) {}

  serves(certificates: readonly Certificate[]): void {
    this.forget();
    for (const one of certificates) {
      const { certificate: file, notAfter } = one;
      this.registry.cell(METRICS.certificateNotAfter, this.api, this.owner, file).value = notAfter / 1000;
      if (this.served?.includes(one)) continue;
      if (notAfter < this.clock.now()) this.tell({ kind: 'certificate', owner: this.owner, file, state: 'expired' });
      else if (this.served !== undefined) {
        this.tell({ kind: 'certificate', owner: this.owner, file, state: 'renewed' });
      }
    }
    this.served = certificates;
  }

  kept({ file, reason }: FileError): void {
    this.registry.cell(METRICS.certificateStale, this.api, this.owner, file).value = 1;
    this.tell({ kind: 'certificate', owner: this.owner, file, state: 'kept', reason });
  }

  mended(file: string): void {
    this.registry.forget(METRICS.certificateStale, this.api, this.owner, file);
  }

  closed(): void {
    this.forget();
  }

  private forget(): void {
    for (const { certificate } of this.served ?? []) {
      this.registry.forget(METRICS.certificateNotAfter, this.api, this.owner, certificate);
    }
  }
}
