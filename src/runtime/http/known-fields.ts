import { matchesLower } from './octets';

/** What a field says to a proxy. 0 is a field that says nothing to it. */
export const [CONTENT_LENGTH, TRANSFER_ENCODING, HOST, CONNECTION, HOP, FORWARDED, UPGRADE, EXPECT, SHADOW] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
];

/**
 * Fields that say something to a proxy. Those of one connection are never passed on (RFC 9110, section 7.6.1), and
 * nobody is believed about who the client is, or which certificate it has (RFC 9440, section 2.4). Servers that put fields into variables (CGI, WSGI) read `Content_Length`
 * as `Content-Length`: to them, it would frame the message.
 */
const KNOWN: readonly [name: string, kind: number][] = [
  ['content-length', CONTENT_LENGTH],
  ['transfer-encoding', TRANSFER_ENCODING],
  ['content_length', SHADOW],
  ['transfer_encoding', SHADOW],
  ['host', HOST],
  ['connection', CONNECTION],
  ['keep-alive', HOP],
  ['proxy-connection', HOP],
  ['te', HOP],
  ['trailer', HOP],
  ['upgrade', UPGRADE],
  ['forwarded', FORWARDED],
  ['expect', EXPECT],
  ...['client-cert', 'client_cert'].flatMap((name): [string, number][] => [
    [name, FORWARDED],
    [`${name}-chain`, FORWARDED],
    [`${name}_chain`, FORWARDED],
  ]),
];

const LONGEST_KNOWN = Math.max(...KNOWN.map(([name]) => name.length));

/** By the length of a name: most names are told apart by it alone. */
const KNOWN_BY_LENGTH = Array.from({ length: LONGEST_KNOWN + 1 }, (_, length) =>
  KNOWN.filter(([name]) => name.length === length).map(([name, kind]) => ({ name: Buffer.from(name), kind })),
);

const X_FORWARDED = Buffer.from('x-forwarded-');

/** What the field of a name says, which stands at `bytes[start..start + length)`. */
export function kindOf(bytes: Buffer, start: number, length: number): number {
  if (length <= LONGEST_KNOWN) {
    const candidates = KNOWN_BY_LENGTH[length];
    for (let i = 0; i < candidates.length; i++)
      if (matchesLower(bytes, start, candidates[i].name)) return candidates[i].kind;
  }
  return length >= X_FORWARDED.length && isForwarded(bytes, start) ? FORWARDED : 0;
}

/** Servers that put fields into variables read `X_Forwarded_For` as `X-Forwarded-For`. */
function isForwarded(bytes: Buffer, start: number): boolean {
  for (let i = 0; i < X_FORWARDED.length; i++) {
    const octet = bytes[start + i] === 0x5f ? 0x2d : bytes[start + i] | 0x20;
    if (octet !== X_FORWARDED[i]) return false;
  }
  return true;
}

/** Whether a field may stand in a trailer: what frames, addresses or guards a message never may (RFC 9110, section 6.5.1). */
export function isTrailer(name: string): boolean {
  return kindOf(Buffer.from(name, 'latin1'), 0, name.length) === 0;
}
