import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { onTestFinished } from 'vitest';

/** What a stream got. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/** A client of Node.js's own HTTP/2, until the test ends. */
export async function http2Client(url: string, options: object = {}): Promise<ClientHttp2Session> {
  const session = connect(url, options);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject));
  return session;
}

/** Asks, and waits for the whole answer. */
export function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: Buffer | string): Promise<Got> {
  const stream = session.request(headers, { endStream: body === undefined });
  const got = gotOf(stream);
  if (body !== undefined) stream.end(body);
  return got;
}

/** The answer that a stream gets; rejects where it breaks off. */
export function gotOf(stream: ClientHttp2Stream): Promise<Got> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    stream.on('response', (fields) => {
      headers = fields;
    });
    stream.on('trailers', (fields) => {
      trailers = fields;
    });
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('close', () => {
      if (stream.rstCode !== 0) reject(new Error(`reset: ${stream.rstCode}`));
      else resolve({ status: Number(headers[':status']), headers, body: Buffer.concat(parts), trailers });
    });
  });
}

/** Waits for an event. */
export function event(emitter: NodeJS.EventEmitter, name: string): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once(name, (...values: unknown[]) => resolve(values)));
}
