/** What happened to a model: it serves, or it was refused and nothing changed. */
export type Outcome =
  | {
      readonly ok: true;
      readonly name: string;
      readonly urls: Readonly<Record<string, string>>;
      readonly notes: string;
    }
  | { readonly ok: false; readonly reason: 'model' | 'environment'; readonly message: string };

/** Another program that is to serve, and what. */
export interface Upgrade {
  /** Its file. */
  readonly program: string;
  readonly model: string;
}

/** How a background process is. */
export interface Status {
  readonly pid: number;
  /** The processes that serve. */
  readonly workers: readonly number[];
  /** How many of them ended unasked since it was started. */
  readonly restarts: number;
  readonly program: string;
  readonly outcome: Outcome | undefined;
}
