import { createServer, type Server, type Socket } from 'node:net';

/** How a target answers: when it has the whole request, at its head, or half and then with a reset. */
export type Manner = 'after' | 'early' | 'half';

/** A request, as its path says it: `/name/up/down/manner`. */
export interface Marked {
  readonly name: string;
  /** Octets of the request's body, and of the response's. */
  readonly up: number;
  readonly down: number;
  readonly manner: Manner;
}

/** Octets that tell at every place whose they are, and which way they go. */
export function mark(way: 'up' | 'down', name: string, size: number): Buffer {
  return Buffer.alloc(size, `[${way} ${name}]`);
}

/** A request with a marked body. */
export function markedRequest({ name, up, down, manner }: Marked): Buffer {
  const head = `POST /${name}/${up}/${down}/${manner} HTTP/1.1\r\nHost: x\r\nContent-Length: ${up}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), mark('up', name, up)]);
}

/** Reads a head, and then as many marked octets as it says; what was read is not kept. */
export class MarkReader {
  /** The head, once it is whole. */
  head: string | undefined;
  /** Marked octets so far. */
  length = 0;
  /** The first octets that were not as they should be. */
  wrong: string | undefined;
  private begun = '';
  private expected: { unit: string; size: number } | undefined;

  /** @param marks - told the head; gives what must follow it, and how much */
  constructor(private readonly marks: (head: string) => { unit: string; size: number } | undefined) {}

  /** Whether all has come. */
  get done(): boolean {
    return this.expected !== undefined && this.length === this.expected.size;
  }

  /** @returns what came behind the end */
  read(octets: Buffer): Buffer {
    if (this.head === undefined) {
      const before = this.begun.length;
      this.begun += octets.toString('latin1');
      const end = this.begun.indexOf('\r\n\r\n') + 4;
      if (end < 4) return octets.subarray(octets.length);
      this.head = this.begun.slice(0, end);
      this.expected = this.marks(this.head);
      return this.read(octets.subarray(end - before));
    }
    const { unit = '', size = 0 } = this.expected ?? {};
    const own = octets.subarray(0, size - this.length);
    const from = unit === '' ? 0 : this.length % unit.length;
    if (
      !Buffer.alloc(from + own.length, unit)
        .subarray(from)
        .equals(own)
    )
      this.wrong ??= own.toString('latin1', 0, 300);
    this.length += own.length;
    return octets.subarray(own.length);
  }
}

const REQUEST = /^POST \/(\S+)\/(\d+)\/(\d+)\/(after|early|half) HTTP\/1\.1\r\n/;

function answer(socket: Socket, { name, down, manner }: Marked): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${down}\r\n\r\n`);
  socket.write(mark('down', name, down).subarray(0, manner === 'half' ? down / 2 : down));
  if (manner === 'half') setImmediate(() => socket.resetAndDestroy());
}

function serve(socket: Socket, wrong: string[]): void {
  let request: Marked | undefined;
  const begin = () =>
    new MarkReader((head) => {
      const [, name = '', up, down, manner] = REQUEST.exec(head) ?? [];
      request = { name, up: Number(up), down: Number(down), manner: manner as Manner };
      if (manner !== 'after') answer(socket, request);
      return { unit: `[up ${name}]`, size: request.up };
    });
  let reader = begin();
  const read = (octets: Buffer) => {
    const rest = reader.read(octets);
    if (reader.wrong !== undefined) wrong.push(`the target of ${request?.name} got ${reader.wrong}`);
    if (!reader.done) return;
    if (request?.manner === 'after') answer(socket, request);
    reader = begin();
    if (rest.length > 0) read(rest);
  };
  socket.on('data', read).on('error', () => {});
}

/** A target that checks the marks of what it gets, and answers with marks. @param wrong - takes what was not right */
export function markingTarget(wrong: string[]): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => serve(socket, wrong));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
