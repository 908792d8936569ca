const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

/** The status that a server tells (grpc.health.v1.HealthCheckResponse.ServingStatus). */
export type ServingStatus = (typeof STATUSES)[number];

/** What follows a field's number: a number, 8 octets, octets behind their length, or 4 octets (protocol buffers' wire types). */
const [VARINT, I64, LEN, I32] = [0, 1, 2, 5];

/** `HealthCheckRequest`: field 1 is the name of the service, which is left out where it is empty. */
export function writeHealthCheckRequest(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([(1 << 3) | LEN, ...varint(name.length)]), name]);
}

/** `HealthCheckResponse`: field 1 is the status. @returns `undefined` where it is no such message */
export function readServingStatus(message: Buffer): ServingStatus | undefined {
  let status = 0;
  let at = 0;
  // A message is at most some kilobytes: what goes beyond what a number can hold is no message.
  const number = () => {
    for (let value = 0, factor = 1; at < message.length && factor <= 2 ** 63; factor *= 128) {
      const octet = message[at++];
      value += (octet & 0x7f) * factor;
      if (octet < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const tag = number();
    if (tag === undefined) return undefined;
    const type = tag % 8;
    if (type === VARINT) {
      const value = number();
      if (value === undefined) return undefined;
      if (tag >> 3 === 1) status = value;
    } else {
      const size = type === I64 ? 8 : type === I32 ? 4 : type === LEN ? number() : undefined;
      if (size === undefined) return undefined;
      at += size;
    }
  }
  return at === message.length ? (STATUSES[status] ?? 'UNKNOWN') : undefined;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
