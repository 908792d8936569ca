import { BlockList, isIP } from 'node:net';

/** The addresses of proxies in front of a listener, which are believed about who asks. */
export class TrustedProxies {
  private readonly ranges = new BlockList();
  /** Whether nobody is. */
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

  has(address: string): boolean {
    return !this.none && isIP(address) !== 0 && this.ranges.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
