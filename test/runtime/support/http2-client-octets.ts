import { connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { Duplex } from 'node:stream';
import { framesOf, PREFACE, T } from './http2-frames';

/**
 * The header blocks that Node.js's own client (nghttp2) makes of requests, one after the other on one connection: coded,
 * and with a table that later blocks refer to.
 */
export async function blocksByNode(requests: readonly OutgoingHttpHeaders[]): Promise<Buffer[]> {
  let written = Buffer.alloc(0);
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written = Buffer.concat([written, chunk]);
      done();
    },
  });
  const client = connect('http://x.test', {
    createConnection: () => wire as never,
    peerMaxConcurrentStreams: 10_000,
    settings: { maxHeaderListSize: 1_000_000 },
  });
  client.on('error', () => {});
  for (const headers of requests) client.request(headers, { endStream: true }).on('error', () => {});
  const heads = () => {
    const frames = framesOf(written.subarray(PREFACE.length)).filter(
      ({ type }) => type === T.HEADERS || type === T.CONTINUATION,
    );
    const blocks: Buffer[] = [];
    for (const { type, payload } of frames) {
      if (type === T.HEADERS) blocks.push(payload);
      else blocks.push(Buffer.concat([blocks.pop() as Buffer, payload]));
    }
    return frames.at(-1) !== undefined && ((frames.at(-1)?.flags ?? 0) & constants.NGHTTP2_FLAG_END_HEADERS) !== 0
      ? blocks
      : [];
  };
  while (heads().length < requests.length) await new Promise((resolve) => setImmediate(resolve));
  const found = heads();
  client.destroy();
  return found;
}
