import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA', 33: 'SRV' };
const CODES: Readonly<Record<string, number>> = { A: 1, AAAA: 28, SRV: 33 };
/** RFC 1035, section 4.1.1. */
const [NO_ERROR, SERVER_FAILURE, NAME_ERROR, REFUSED] = [0, 2, 3, 5];
/** Flags of the header: a response, recursion desired and available; truncated. */
const [ANSWER, TRUNCATED] = [0x8180, 0x0200];

/** An A or AAAA record. */
export interface AddressRecord {
  readonly address: string;
  readonly ttl: number;
}

/** An SRV record. */
export interface ServiceRecord {
  readonly host: string;
  readonly port: number;
  readonly priority?: number;
  readonly weight?: number;
}

/** How a question is answered: with records, or in one of the ways in which DNS says no. `silent` says nothing at all. */
export type Reply = readonly (AddressRecord | ServiceRecord)[] | 'failure' | 'refused' | 'unknown' | 'silent';

/** A name server that says what a test tells it to, over UDP, and over TCP where an answer does not fit. */
export class DnsServer {
  /** Every question, such as `A web.test`, in the order in which they came; `tcp A web.test` over TCP. */
  readonly questions: string[] = [];
  /** Whether answers over UDP say that they do not fit. */
  truncates = false;
  private closed = false;
  private readonly replies = new Map<string, Reply>();

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
  ) {
    udp.on('message', (query, { port, address }) => {
      const answer = this.answer(query, this.truncates, '');
      if (answer !== undefined) udp.send(answer, port, address);
    });
    tcp.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const answer = this.answer(data.subarray(2), false, 'tcp ');
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer?.length ?? 0);
        if (answer !== undefined) socket.end(Buffer.concat([length, answer]));
      });
    });
  }

  /** Opens one until the test ends. */
  static async open(): Promise<DnsServer> {
    for (;;) {
      const tcp = createServer().listen(0, '127.0.0.1');
      await once(tcp, 'listening');
      const udp = createSocket('udp4');
      udp.bind((tcp.address() as AddressInfo).port, '127.0.0.1');
      // The port may be taken for UDP.
      const free = await Promise.race([once(udp, 'listening').then(() => true), once(udp, 'error').then(() => false)]);
      if (!free) {
        tcp.close();
        continue;
      }
      const server = new DnsServer(udp, tcp);
      onTestFinished(() => server.close());
      return server;
    }
  }

  /** Listens no more. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([
      new Promise<void>((resolve) => this.udp.close(resolve)),
      new Promise((resolve) => this.tcp.close(resolve)),
    ]);
  }

  /** `address:port`. */
  get address(): string {
    return `127.0.0.1:${this.udp.address().port}`;
  }

  /** Addresses of a host, with a TTL in seconds; the other family, where nothing is said of it, has none. */
  host(name: string, addresses: readonly string[], ttl = 1): void {
    const records = (family: number) =>
      addresses.filter((address) => isIP(address) === family).map((address) => ({ address, ttl }));
    this.replies.set(`A ${name}`, records(4));
    this.replies.set(`AAAA ${name}`, records(6));
  }

  /** How a question such as `A web.test` is answered. Whatever is not said is unknown. */
  reply(question: string, reply: Reply): void {
    this.replies.set(question, reply);
  }

  private answer(query: Buffer, truncated: boolean, how: string): Buffer | undefined {
    let end = 12;
    const labels: string[] = [];
    while (query[end] !== 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + query[end]));
      end += query[end] + 1;
    }
    end += 5;
    const question = `${TYPES[query.readUInt16BE(end - 4)]} ${labels.join('.').toLowerCase()}`;
    this.questions.push(how + question);
    const reply = this.replies.get(question) ?? 'unknown';
    if (reply === 'silent') return undefined;
    const code = { failure: SERVER_FAILURE, refused: REFUSED, unknown: NAME_ERROR }[reply as string] ?? NO_ERROR;
    const records = typeof reply === 'string' || truncated ? [] : reply.map(encoded);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(ANSWER | (truncated ? TRUNCATED : 0) | code, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, query.subarray(12, end), ...records]);
  }
}

function encoded(record: AddressRecord | ServiceRecord): Buffer {
  const service = 'host' in record;
  const data = service ? serviceData(record) : addressData(record.address);
  const type = service ? CODES.SRV : isIP(record.address) === 4 ? CODES.A : CODES.AAAA;
  // A pointer to the name of the question, then type, class, TTL and the length of the data.
  const head = Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(service ? 1 : record.ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function serviceData({ host, port, priority = 0, weight = 0 }: ServiceRecord): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(priority, 0);
  numbers.writeUInt16BE(weight, 2);
  numbers.writeUInt16BE(port, 4);
  const labels = host === '.' ? [] : host.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}

function addressData(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head, tail = ''] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}
