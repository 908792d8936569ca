/** How many connections to a target there are, and may be. A reload hands it on with the connections. */
export class ConnectionCount {
  /** Those that stand or are on their way to. */
  open = 0;
  /** How many there may be. */
  most = Number.POSITIVE_INFINITY;

  /** Whether there is none left to open. */
  get full(): boolean {
    return this.open >= this.most;
  }
}
