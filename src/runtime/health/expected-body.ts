/** How much of a body is looked at, in octets. */
const LIMIT = 65_536;

/** A text that must stand in the beginning of a body. */
export class ExpectedBody {
  private readonly text: Buffer;

  constructor(text: string) {
    this.text = Buffer.from(text);
  }

  /** @param end - takes what went wrong, `undefined` for success, as soon as it is known */
  read(body: NodeJS.ReadableStream, end: (error: string | undefined) => void): void {
    let read = Buffer.alloc(0);
    body.on('data', (part: Buffer) => {
      read = Buffer.concat([read, part]).subarray(0, LIMIT);
      if (read.includes(this.text)) end(undefined);
      else if (read.length === LIMIT) end('unexpected body');
    });
    body.on('end', () => end('unexpected body'));
    // One that breaks off is told by its connection as well.
    body.on('error', () => end('no whole body'));
  }
}
