import type { Family } from './answer';

/** How long an address that did not answer is tried after the others, in milliseconds. */
const AVOID_MS = 30_000;

/** The addresses of a host, as the last lookups found them. */
export class HostAddresses {
  private readonly families: Record<Family, readonly string[]> = { 4: [], 6: [] };
  /** Until when an address is avoided, on the clock of the timers. */
  private readonly avoided = new Map<string, number>();
  private turn = 0;

  /** Each once, in a fixed order. */
  get all(): readonly string[] {
    return [...this.families[4], ...this.families[6]];
  }

  /** Takes in what was found for a family. @returns whether that changes anything */
  take(family: Family, addresses: readonly string[]): boolean {
    const next = [...new Set(addresses)].sort();
    const before = this.families[family];
    if (next.length === before.length && next.every((address, i) => address === before[i])) return false;
    this.families[family] = next;
    for (const address of this.avoided.keys()) if (!this.all.includes(address)) this.avoided.delete(address);
    return true;
  }

  /** An address was tried. @param answered - whether a connection came to be, sooner than with another */
  tried(address: string, answered: boolean, now: number): void {
    if (answered) this.avoided.delete(address);
    else if (this.all.includes(address)) this.avoided.set(address, now + AVOID_MS);
  }

  /**
   * In the order in which to try them (RFC 8305, section 4): the families in turn, IPv6 first, beginning with another address
   * each time; those that did not answer last time come last.
   */
  inOrder(now: number): string[] {
    const [v6, v4] = [this.families[6], this.families[4]].map((addresses) => rotated(addresses, this.turn));
    this.turn += 1;
    const mixed: string[] = [];
    for (let i = 0; i < Math.max(v6.length, v4.length); i++) mixed.push(...v6.slice(i, i + 1), ...v4.slice(i, i + 1));
    if (this.avoided.size === 0) return mixed;
    const avoid = (address: string) => (this.avoided.get(address) ?? now) > now;
    return [...mixed.filter((address) => !avoid(address)), ...mixed.filter(avoid)];
  }
}

function rotated(addresses: readonly string[], turn: number): readonly string[] {
  if (addresses.length < 2) return addresses;
  const start = turn % addresses.length;
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
