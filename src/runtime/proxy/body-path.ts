/** What the body of a response goes through on its way to the client. */
export interface BodyPath {
  /** Whether it has enough for now: nothing more is pushed until `onPathReady`. */
  readonly full: boolean;
  /** Takes octets of the body as the target framed them. @param done - whether they are the last */
  push(bytes: Buffer, start: number, end: number, done: boolean): void;
  /** The client takes more. */
  resume(): void;
  /** The client is gone. */
  close(): void;
}

/** Where a path leads. */
export interface BodyPathUser {
  /** Octets for the client, in memory that stays; `false` where no more may come until `resume`. */
  onPathOctets(octets: Buffer): boolean;
  /** The path is not full any more. */
  onPathReady(): void;
  onPathEnd(): void;
  /** The rest of the body cannot be made. */
  onPathBroken(): void;
}
