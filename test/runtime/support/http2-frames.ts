/** A frame, as a test writes and reads them: not with the code that is tested. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** Kinds of frames. */
export const T = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST: 3,
  SETTINGS: 4,
  PUSH: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW: 8,
  CONTINUATION: 9,
};

/** Flags of frames. */
export const F = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 };

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const octets = Buffer.from(payload as string, 'latin1');
  const header = Buffer.alloc(9);
  header.writeUIntBE(octets.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, octets]);
}

/** Numbers of 32 bits. */
export function u32(...values: number[]): Buffer {
  const octets = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    octets.writeUInt32BE(value >>> 0, i * 4);
  });
  return octets;
}

/** Settings as a payload. */
export function settings(...pairs: [number, number][]): Buffer {
  return Buffer.concat(pairs.map(([number, value]) => Buffer.concat([Buffer.from([number >> 8, number]), u32(value)])));
}

/** A string of HPACK, not coded. */
export function hpackString(text: string): Buffer {
  const octets = Buffer.from(text, 'latin1');
  if (octets.length < 127) return Buffer.concat([Buffer.from([octets.length]), octets]);
  const length: number[] = [127];
  let rest = octets.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([...length, rest]), octets]);
}

/** Fields as literals that enter no table, in the order given. */
export function block(...fields: (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), hpackString(name), hpackString(value)]));
}

/** The pseudo-header fields of a plain request. */
export const GET: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'x.test'],
];

export const POST: readonly (readonly [string, string])[] = [[':method', 'POST'], ...GET.slice(1)];

/** All whole frames of some octets. */
export function framesOf(octets: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= octets.length; ) {
    const end = at + 9 + octets.readUIntBE(at, 3);
    if (end > octets.length) break;
    frames.push({
      type: octets[at + 3],
      flags: octets[at + 4],
      stream: octets.readUInt32BE(at + 5),
      payload: octets.subarray(at + 9, end),
    });
    at = end;
  }
  return frames;
}
