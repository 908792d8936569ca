import { METRICS } from '../signals';
import type { RuntimeEvent } from './event';
import type { Registry } from './telemetry';
import type { Certificate, Clock, StoreVoice, TlsFileError } from './tls';

/** Tells how the certificates of a listener are: in events, and in what is measured. */
export class CertificateVoice implements StoreVoice {
  private readonly stale = new Set<string>();
  private served: readonly Certificate[] | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly tell: (event: RuntimeEvent) => void,
    private readonly api: string,
    private readonly listener: string,
    private readonly clock: Clock,
  ) {}

  serves(certificates: readonly Certificate[]): void {
    this.forget();
    for (const one of certificates) {
      const { certificate: file, notAfter } = one;
      this.registry.cell(METRICS.certificateNotAfter, this.api, this.listener, file).value = notAfter / 1000;
      if (this.served?.includes(one)) continue;
      if (notAfter < this.clock.now())
        this.tell({ kind: 'certificate', listener: this.listener, file, state: 'expired' });
      else if (this.served !== undefined) {
        this.tell({ kind: 'certificate', listener: this.listener, file, state: 'renewed' });
      }
    }
    this.served = certificates;
  }

  kept({ file, reason }: TlsFileError): void {
    this.stale.add(file);
    this.registry.cell(METRICS.certificateStale, this.api, this.listener, file).value = 1;
    this.tell({ kind: 'certificate', listener: this.listener, file, state: 'kept', reason });
  }

  mended(file: string): void {
    this.stale.delete(file);
    this.registry.forget(METRICS.certificateStale, this.api, this.listener, file);
  }

  closed(): void {
    this.forget();
    for (const file of this.stale) this.mended(file);
  }

  private forget(): void {
    for (const { certificate } of this.served ?? []) {
      this.registry.forget(METRICS.certificateNotAfter, this.api, this.listener, certificate);
    }
  }
}
