/** A flag and the length before each message (gRPC over HTTP/2, Length-Prefixed-Message). */
const PREFIX_SIZE = 5;
/** The longest answer that is believed, in octets: one of a health check has two. */
const LIMIT = 4_096;

/** The one message of a call's answer, put together from what comes. */
export class GrpcMessage {
  private read = Buffer.alloc(0);

  /** Puts a message into the form in which it is sent. */
  static write(payload: Buffer): Buffer {
    const prefix = Buffer.alloc(PREFIX_SIZE);
    prefix.writeUInt32BE(payload.length, 1);
    return Buffer.concat([prefix, payload]);
  }

  /** @returns `false` where it is longer than an answer can be */
  add(part: Buffer): boolean {
    this.read = Buffer.concat([this.read, part]);
    return this.read.length <= LIMIT;
  }

  /** What it says; `undefined` where it is not whole, or compressed, which was not asked for. */
  get payload(): Buffer | undefined {
    const { read } = this;
    if (read.length < PREFIX_SIZE || read[0] !== 0) return undefined;
    return read.length === PREFIX_SIZE + read.readUInt32BE(1) ? read.subarray(PREFIX_SIZE) : undefined;
  }
}
