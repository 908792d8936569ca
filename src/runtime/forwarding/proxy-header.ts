import { isIP } from 'node:net';
import type { Endpoint } from '../transport';

// The PROXY protocol, versions 1 and 2: HAProxy's doc/proxy-protocol.txt, revision of 2020-03-05.

/** A connection as a proxy in front saw it. */
export interface ProxiedConnection {
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

/** What stands at the beginning of a connection: not enough yet, no header, or one that ends at `length`. */
export type ProxyHeader =
  | 'incomplete'
  | 'malformed'
  | {
      readonly length: number;
      /** `undefined` where the proxy speaks for itself, as for a health check. */
      readonly connection: ProxiedConnection | undefined;
    };

const SIGNATURE_1 = Buffer.from('PROXY ');
const SIGNATURE_2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const LONGEST_1 = 107;
const FIXED_2 = 16;
/** Extensions of a header that is read; those of the clouds have some tens of octets. */
const LONGEST_2 = 4096;
const [LOCAL, PROXY] = [0x20, 0x21];
const [STREAM_4, STREAM_6] = [0x11, 0x21];
const LINE = /^PROXY (?:UNKNOWN(?: [\x20-\x7e]*)?|(TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5}))\r\n$/;

/** Reads the header at the beginning of `bytes[0..end)`. */
export function readProxyHeader(bytes: Buffer, end: number): ProxyHeader {
  if (end === 0) return 'incomplete';
  return bytes[0] === SIGNATURE_2[0] ? readBinary(bytes, end) : readLine(bytes, end);
}

function readLine(bytes: Buffer, end: number): ProxyHeader {
  if (!begins(bytes, end, SIGNATURE_1)) return 'malformed';
  const lineEnd = bytes.subarray(0, Math.min(end, LONGEST_1)).indexOf('\r\n');
  if (lineEnd < 0) return end < LONGEST_1 ? 'incomplete' : 'malformed';
  const length = lineEnd + 2;
  const match = LINE.exec(bytes.toString('latin1', 0, length));
  if (match === null) return 'malformed';
  const [, family, from, to, fromPort, toPort] = match;
  if (family === undefined) return { length, connection: undefined };
  const version = family === 'TCP4' ? 4 : 6;
  const source = { address: from, port: Number(fromPort) };
  const destination = { address: to, port: Number(toPort) };
  const valid = [source, destination].every(({ address, port }) => isIP(address) === version && port <= 65_535);
  return valid ? { length, connection: { source, destination } } : 'malformed';
}

function readBinary(bytes: Buffer, end: number): ProxyHeader {
  if (!begins(bytes, end, SIGNATURE_2)) return 'malformed';
  if (end < FIXED_2) return 'incomplete';
  const length = FIXED_2 + bytes.readUInt16BE(14);
  const [command, family] = [bytes[12], bytes[13]];
  if ((command !== LOCAL && command !== PROXY) || length > LONGEST_2) return 'malformed';
  const size = family === STREAM_4 ? 4 : family === STREAM_6 ? 16 : 0;
  if (command === PROXY && size > 0 && length < FIXED_2 + 2 * size + 4) return 'malformed';
  if (end < length) return 'incomplete';
  // Families that a TCP listener knows nothing of are to be taken as unknown.
  if (command === LOCAL || size === 0) return { length, connection: undefined };
  const ports = FIXED_2 + 2 * size;
  const source = { address: addressAt(bytes, FIXED_2, size), port: bytes.readUInt16BE(ports) };
  const destination = { address: addressAt(bytes, FIXED_2 + size, size), port: bytes.readUInt16BE(ports + 2) };
  return { length, connection: { source, destination } };
}

function begins(bytes: Buffer, end: number, signature: Buffer): boolean {
  const length = Math.min(end, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
}

function addressAt(bytes: Buffer, start: number, size: number): string {
  if (size === 4) return bytes.subarray(start, start + 4).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(start + 2 * i).toString(16));
  // The URL parser writes IPv6 addresses as RFC 5952 wants them.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/**
 * The header that tells a target who asks.
 * @param connection - `undefined` speaks for this side itself, as a health check does
 */
export function writeProxyHeader(version: 'v1' | 'v2', connection: ProxiedConnection | undefined): Buffer {
  return version === 'v1' ? writeLine(connection) : writeBinary(connection);
}

function writeLine(connection: ProxiedConnection | undefined): Buffer {
  if (connection === undefined || !sameFamily(connection)) return Buffer.from('PROXY UNKNOWN\r\n');
  const { source, destination } = connection;
  const words = [source.address, destination.address, source.port, destination.port];
  return Buffer.from(`PROXY TCP${isIP(source.address)} ${words.join(' ')}\r\n`);
}

function writeBinary(connection: ProxiedConnection | undefined): Buffer {
  if (connection === undefined || !sameFamily(connection))
    return Buffer.concat([SIGNATURE_2, Buffer.from([connection === undefined ? LOCAL : PROXY, 0, 0, 0])]);
  const { source, destination } = connection;
  const six = isIP(source.address) === 6;
  const body = Buffer.concat([octetsOf(source.address), octetsOf(destination.address), Buffer.alloc(4)]);
  body.writeUInt16BE(source.port, body.length - 4);
  body.writeUInt16BE(destination.port, body.length - 2);
  const fixed = Buffer.from([PROXY, six ? STREAM_6 : STREAM_4, 0, body.length]);
  return Buffer.concat([SIGNATURE_2, fixed, body]);
}

/** A header has room for two addresses of one family. */
function sameFamily({ source, destination }: ProxiedConnection): boolean {
  const family = isIP(source.address);
  return family !== 0 && family === isIP(destination.address);
}

function octetsOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const before = groups(head);
  const after = groups(tail);
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  const octets = Buffer.alloc(16);
  for (const [i, group] of all.entries()) octets.writeUInt16BE(group, 2 * i);
  return octets;
}
