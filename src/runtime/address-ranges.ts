import { BlockList, isIP } from 'node:net';

/** Addresses, such as those of the proxies in front of a listener. */
export class AddressRanges {
  private readonly ranges = new BlockList();
  /** Whether there are none. */
  readonly none: boolean;

  /** @param ranges - such as `10.0.0.0/8`, or single addresses */
  constructor(ranges: readonly string[]) {
    this.none = ranges.length === 0;
    for (const range of ranges) {
      const [address, bits] = range.split('/');
      if (bits === undefined) this.ranges.addAddress(address, familyOf(address));
      else this.ranges.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** Whether it is an address, and one of these. */
  has(address: string): boolean {
    return !this.none && isIP(address) !== 0 && this.ranges.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
