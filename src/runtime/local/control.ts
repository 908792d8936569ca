import { timingSafeEqual } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Contact } from './state-directory';

/** A model of ten thousand targets has about a megabyte. */
const BODY_LIMIT = 16 * 1024 * 1024;
const CALL_TIMEOUT = 30_000;

/** A port that answers calls until it is closed. */
export interface Control {
  readonly port: number;
  close(): void;
}

/** Answers calls on a port of the loopback address, from whoever knows the token. */
export async function serveControl(
  token: string,
  answer: (call: string, body: string) => Promise<unknown>,
): Promise<Control> {
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((incoming, outgoing) => {
    const given = Buffer.from(incoming.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      outgoing.writeHead(401).end();
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_LIMIT) incoming.destroy();
      else chunks.push(chunk);
    });
    incoming.on('end', async () => {
      const result = await answer((incoming.url ?? '/').slice(1), Buffer.concat(chunks).toString('utf8'));
      outgoing.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(result));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Calls a supervisor; `undefined` where none answers to this token, as when the machine was restarted since. */
export function callControl<Result>(contact: Contact, call: string, body = ''): Promise<Result | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${contact.token}`, 'content-length': Buffer.byteLength(body) };
    const options = {
      host: '127.0.0.1',
      port: contact.port,
      path: `/${call}`,
      method: 'POST',
      headers,
      timeout: CALL_TIMEOUT,
      agent: false,
    };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => resolve(undefined));
      incoming.on('end', () =>
        resolve(
          incoming.statusCode === 200 ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Result) : undefined,
        ),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
}
