import { ClientSession, RESPONSE, type ResponseUser } from '../../../src/runtime/http2';
import { type Frame, framesOf, PREFACE } from './http2-frames';

/** A client's session whose owner writes down what it is told. */
export class RecordedClient {
  readonly events: string[] = [];
  readonly session: ClientSession;
  now = 0;
  /** The most that was ever to be written at once. */
  mostOutput = 0;
  private begun = false;

  constructor() {
    this.session = new ClientSession(
      {
        onOutput() {},
        onIdle: () => this.events.push('idle'),
        onFailed: (code) => this.events.push(`failed ${code}`),
        onGoaway: () => this.events.push('goaway'),
        onGreeted: () => this.events.push('greeted'),
        onPong: () => this.events.push('pong'),
      },
      { fields: 16_384, streams: 0, closed: 100 },
      () => this.now,
    );
  }

  /** Opens a stream; its user writes down what comes. */
  open(form = { headOnly: false, chunks: true }) {
    const user: ResponseUser = {
      form,
      onStreamHead: (framing, endStream) =>
        this.events.push(
          `${stream.id} ${framing} ${RESPONSE.head.view().toString('latin1')}${endStream ? ' whole' : ''}`,
        ),
      onStreamData: (bytes, start, end) => {
        this.note(`${stream.id} data `, bytes.toString('latin1', start, end));
        stream.consumed(end - start);
      },
      onStreamEnd: (trailers) => this.events.push(`${stream.id} end ${trailers.toString('latin1')}`),
      onStreamReset: (code) => this.events.push(`${stream.id} reset ${code}`),
      onStreamWritable: () => this.events.push(`${stream.id} writable`),
    };
    const stream = this.session.open(user);
    return stream;
  }

  receive(...parts: Buffer[]): this {
    for (const part of parts) this.session.receive(part, 0, part.length);
    return this;
  }

  /** What was sent since the last call, after the preface. */
  take(): Frame[] {
    const { output } = this.session;
    const octets: Buffer[] = [];
    while (output.length > 0) {
      this.mostOutput = Math.max(this.mostOutput, output.length);
      octets.push(Buffer.from(output.take()));
      output.giveBack();
      this.session.flushed();
    }
    const all = Buffer.concat(octets);
    const first = !this.begun;
    this.begun = true;
    return framesOf(first ? all.subarray(PREFACE.length) : all);
  }

  private note(stream: string, data: string): void {
    const last = this.events.at(-1);
    // Data may come in any pieces.
    if (last?.startsWith(stream)) this.events[this.events.length - 1] = last + data;
    else this.events.push(stream + data);
  }
}
