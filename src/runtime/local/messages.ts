/** What a supervisor tells its worker. */
export type ToWorker = { readonly kind: 'apply'; readonly model: string } | { readonly kind: 'stop' };

/** What happened to a model: it serves, or it was refused and nothing changed. */
export type Outcome =
  | {
      readonly ok: true;
      readonly name: string;
      readonly urls: Readonly<Record<string, string>>;
      readonly notes: string;
    }
  | { readonly ok: false; readonly reason: 'model' | 'environment'; readonly message: string };

/** How a background process is. */
export interface Status {
  readonly pid: number;
  readonly workerPid: number | undefined;
  readonly restarts: number;
  readonly program: string;
  readonly outcome: Outcome | undefined;
}
