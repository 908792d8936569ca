import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Plays a server of Node.js's own HTTP/2 without TLS. */
export class Http2Target {
  /** Connections that carried a request: probes come and go without one. */
  readonly used = new Set<unknown>();
  private readonly sessions: ServerHttp2Session[] = [];
  readonly requests: IncomingHttpHeaders[] = [];
  readonly streams: ServerHttp2Stream[] = [];

  private constructor(
    private readonly server: Http2Server,
    readonly address: string,
  ) {}

  /** @param play - called with each request */
  static async open(
    play: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
    options: ServerOptions = {},
  ): Promise<Http2Target> {
    // Its own limit would make it refuse others while much waits to be sent.
    const server = createServer({ maxSessionMemory: 100, ...options });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = new Http2Target(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('session', (session) => target.sessions.push(session));
    server.on('stream', (stream, headers) => {
      target.requests.push(headers);
      target.streams.push(stream);
      target.used.add(stream.session);
      stream.on('error', () => {});
      play(stream, headers);
    });
    onTestFinished(() => target.close());
    return target;
  }

  close(): void {
    for (const session of this.sessions) session.destroy();
    this.server.close();
  }
}

/** All that comes over a stream. */
export function bodyOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => resolve(Buffer.concat(parts)));
    stream.on('error', reject);
    stream.resume();
  });
}
