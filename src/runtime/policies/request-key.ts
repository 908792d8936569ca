import { createHash } from 'node:crypto';
import type { PolicyRequest } from './policy-request';
import { fieldReader } from './request-field';

/** Values longer than this are hashed, so that a key takes no more memory than that. */
const MOST_LENGTH = 64;

/** How many groups of an IPv6 address name a network: the 64 bits that one client can choose from at will are left out. */
const NETWORK_GROUPS = 4;

/** An IPv4 address in the form of an IPv6 one (RFC 4291, section 2.5.5.2). */
const MAPPED = /^(?:::|(?:0+:){5})ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Reads by which key a request counts.
 * @param words - `clientAddress`, `header:NAME`, `cookie:NAME` or `query:NAME`. A request without that field, or with an
 * empty one, counts by its client's address.
 * @returns a text of bounded length; that of a field is never the same as that of an address
 */
export function keyReader(words: string): (request: PolicyRequest) => string {
  const read = fieldReader(words);
  return (request) => {
    const value = read?.(request);
    return value ? `=${bounded(value)}` : `@${networkOf(request.clientAddress)}`;
  };
}

function bounded(value: string): string {
  return value.length <= MOST_LENGTH ? value : `#${createHash('sha256').update(value).digest('base64url')}`;
}

/** An IPv4 address as it is, and the network of an IPv6 address, however it is written (RFC 4291, section 2.2). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = MAPPED.exec(address);
  if (mapped) return mapped[1];
  const [head, tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail ? tail.split(':') : [];
  // An IPv4 tail stands for two groups.
  const known = groups.length + behind.length + (address.includes('.') ? 1 : 0);
  const zeros: string[] = tail === undefined ? [] : new Array(Math.max(0, 8 - known)).fill('0');
  const network = [...groups, ...zeros, ...behind].slice(0, NETWORK_GROUPS);
  return `${network.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
