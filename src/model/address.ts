import { z } from 'zod';
import { kinds } from './kind';
import { invalid } from './problem';
import { isRef, type Ref } from './ref';
import { integer } from './scalars';

/** A host, literal or deferred. */
export type Host = string | Ref;

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*\\.?$`);

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Four decimal numbers without leading zeros, which some resolvers would read as octal. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** RFC 4291, section 2.2, with `::` at most once and an IPv4 tail; zone ids are not addresses of a target. */
export function isIPv6(text: string): boolean {
  // Most texts that are asked about are none, which their colons tell.
  if (text.indexOf(':') === text.lastIndexOf(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2 || text.includes(':::')) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1);
  const hasIPv4 = tail?.includes('.') === true;
  if (hasIPv4 && !isIPv4(groups.pop() as string)) return false;
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const count = groups.length + (hasIPv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** A DNS name; underscores are allowed, as in names of services. */
export function isDnsName(text: string): boolean {
  // A name of digits and dots alone would be read as an IPv4 address by most resolvers.
  return DNS_NAME.test(text) && !/^[\d.]+$/.test(text);
}

/** Whether a DNS name is that of a service, such as `_web._tcp.example.com`, which has SRV records (RFC 2782). */
export function isServiceName(name: string): boolean {
  return name.startsWith('_');
}

/** `host`, `host:port`, `[v6]` and `[v6]:port` in their parts; `undefined` where it is none of them. */
export function splitAddress(text: string): { host: string; port?: number } | undefined {
  if (isIPv6(text)) return { host: text };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const [, v6, other, digits] = match;
  const valid = v6 !== undefined ? isIPv6(v6) : isIPv4(other as string) || isDnsName(other as string);
  const port = digits === undefined ? undefined : Number(digits);
  if (!valid || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  return { host: (v6 ?? other) as string, ...(port === undefined ? {} : { port }) };
}

/** `host:port`, with the brackets that an IPv6 address needs (RFC 3986, section 3.2.2). */
export function joinAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An address at which a client on the same machine reaches a listener: every address includes the loopback one. */
export function reachableAddress(listenAddress: string): string {
  if (listenAddress === '0.0.0.0') return '127.0.0.1';
  return listenAddress === '::' ? '::1' : listenAddress;
}

/** An IP address of this machine to listen on. */
export function listenAddress() {
  return z.string().superRefine((found, context) => {
    if (isIPv4(found) || isIPv6(found)) return;
    invalid(context, { code: 'SPW2008', found, allowed: 'an IPv4 or IPv6 address such as 127.0.0.1, 0.0.0.0 or ::' });
  });
}

/** Whether it is an address range such as `10.0.0.0/8`, or one address. */
export function isAddressRange(text: string): boolean {
  const [ip = '', bits, ...rest] = text.split('/');
  const most = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : -1;
  return most > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** What an address range looks like. */
export const ADDRESS_RANGE_ALLOWED = 'an address range such as 10.0.0.0/8';

/** An address range such as `10.0.0.0/8`, or one address. */
export function addressRange() {
  return z.string().superRefine((found, context) => {
    if (!isAddressRange(found)) invalid(context, { code: 'SPW2008', found, allowed: ADDRESS_RANGE_ALLOWED });
  });
}

/** A host that may be known only at deployment, with or without a port. */
export function targetAddress() {
  return z
    .custom<Host>((value) => typeof value === 'string' || isRef(value), { error: 'string', abort: true })
    .superRefine((found, context) => {
      if (isRef(found) || splitAddress(found)) return;
      const allowed = 'an IP address or a DNS name, with a port after ":" or in "port" (1 to 65535)';
      invalid(context, { code: 'SPW2008', found, allowed });
    })
    .meta({ type: 'string' })
    .register(kinds, { kind: 'deferrable' });
}

/** A DNS name that is resolved again and again. */
export function dnsName() {
  return z.string().superRefine((found, context) => {
    if (!isDnsName(found)) invalid(context, { code: 'SPW2008', found, allowed: 'a DNS name such as db.internal' });
  });
}

/** A TCP port. */
export function port() {
  return integer(1, 65_535);
}
