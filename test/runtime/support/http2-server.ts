import { REQUEST, ServerSession, type Stream, type StreamUser } from '../../../src/runtime/http2';
import { type Frame, framesOf } from './http2-frames';

/** A server's session whose owner writes down what it is told, and answers nothing of its own accord. */
export class RecordedServer {
  readonly events: string[] = [];
  readonly streams = new Map<number, Stream>();
  readonly session: ServerSession;
  /** The most that was ever to be written at once. */
  mostOutput = 0;
  now = 0;
  sent = Buffer.alloc(0);

  /** @param onRequest - what is done with each request */
  constructor(
    private readonly onRequest: (stream: Stream, user: StreamUser) => void = () => {},
    streams = 100,
    fields = 16_384,
  ) {
    this.session = new ServerSession(
      {
        onOutput() {},
        onIdle: () => this.note('idle'),
        onFailed: (code) => this.note(`failed ${code}`),
        onGoaway: () => this.note('goaway'),
        onRequest: (stream, tooLarge) => this.request(stream, tooLarge),
      },
      { fields, streams, closed: 100 },
      () => this.now,
    );
  }

  receive(...parts: (Buffer | string)[]): this {
    for (const part of parts) {
      const octets = Buffer.from(part as string, 'latin1');
      this.session.receive(octets, 0, octets.length);
    }
    return this;
  }

  /** What was sent since the last call. */
  take(): Frame[] {
    const { output } = this.session;
    const octets: Buffer[] = [];
    while (output.length > 0) {
      this.mostOutput = Math.max(this.mostOutput, output.length);
      octets.push(Buffer.from(output.take()));
      output.giveBack();
      this.session.flushed();
    }
    return framesOf(Buffer.concat(octets));
  }

  private request(stream: Stream, tooLarge: boolean): void {
    const id = stream.id;
    this.streams.set(id, stream);
    const head = REQUEST.head.view().toString('latin1');
    this.note(`${id} ${tooLarge ? 'too large' : head}${stream.remoteDone ? ' whole' : ''}`);
    stream.user = {
      onStreamData: (bytes, start, end) => {
        this.note(`${id} data ${bytes.toString('latin1', start, end)}`);
        stream.consumed(end - start);
      },
      onStreamEnd: (trailers) => this.note(`${id} end ${trailers.toString('latin1')}`),
      onStreamReset: (code) => this.note(`${id} reset ${code}`),
      onStreamWritable: () => this.note(`${id} writable`),
    };
    this.onRequest(stream, stream.user);
  }

  private note(event: string): void {
    const data = /^(\d+ data )/.exec(event)?.[1];
    const last = this.events.at(-1);
    // Data may come in any pieces.
    if (data !== undefined && last?.startsWith(data))
      this.events[this.events.length - 1] = last + event.slice(data.length);
    else this.events.push(event);
  }
}
