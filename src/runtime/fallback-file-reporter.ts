import { METRICS } from '../signals';
import type { RuntimeEvent } from './event';
import type { FallbackFileVoice } from './fallbacks';
import type { FileError } from './files';
import type { Registry } from './telemetry';

/** Whose file it is. */
interface Place {
  readonly api: string;
  readonly route: string;
  readonly file: string;
}

/** Tells how a file of a fallback is: in events, and in what is measured. */
export class FallbackFileReporter implements FallbackFileVoice {
  private writtenAt: number | undefined;
  private old = false;
  private unusable = false;

  constructor(
    private readonly registry: Registry,
    private readonly tell: (event: RuntimeEvent) => void,
    private readonly place: Place,
  ) {}

  serves(writtenAt: number): void {
    const { api, route, file } = this.place;
    this.registry.cell(METRICS.fallbackFileWritten, api, route, file).value = writtenAt / 1_000;
    if (this.writtenAt !== undefined) this.event('renewed');
    this.writtenAt = writtenAt;
    this.note();
  }

  aged(old: boolean): void {
    this.old = old;
    if (old) this.event('old');
    this.note();
  }

  kept({ reason }: FileError): void {
    this.unusable = true;
    this.event('kept', reason);
    this.note();
  }

  mended(): void {
    this.unusable = false;
    this.note();
  }

  closed(): void {
    const { api, route, file } = this.place;
    for (const metric of [METRICS.fallbackFileWritten, METRICS.fallbackFileStale])
      this.registry.forget(metric, api, route, file);
  }

  private event(state: 'renewed' | 'old' | 'kept', reason?: string): void {
    const { route, file } = this.place;
    this.tell({ kind: 'fallbackFile', route, file, state, ...(reason !== undefined && { reason }) });
  }

  private note(): void {
    const { api, route, file } = this.place;
    this.registry.cell(METRICS.fallbackFileStale, api, route, file).value = this.old || this.unusable ? 1 : 0;
  }
}
