import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { type HealthCheck, joinAddress } from '../../model';
import { type Attempt, attempt } from './attempt';
import { connectTo } from './connect-to';
import { ExpectedBody } from './expected-body';
import { judgeStatus } from './judge-status';
import type { Probed } from './probe';

/**
 * Asks a target for a path over HTTP/2.
 * @returns what went wrong; `undefined` for success
 */
export function probeHttp2(target: Probed, check: HealthCheck): Promise<string | undefined> {
  const { expectedBody, expectedStatus } = check;
  return attempt(
    check.timeout,
    askHttp2(target, { ':path': check.path }, 'no HTTP response', (stream, end) => {
      stream.on('response', ({ ':status': status }) => {
        const wrong = judgeStatus(status ?? 0, expectedStatus);
        if (wrong !== undefined || expectedBody === undefined) end(wrong);
        else new ExpectedBody(expectedBody).read(stream, end);
      });
    }),
  );
}

/**
 * A request over HTTP/2, over a connection of its own: by ALPN over TLS, with prior knowledge without. Probes are few:
 * Node.js's own client does.
 * @param nothing - what is wrong where there is no response
 * @param use - sends the rest of the request, and waits for the response
 */
export function askHttp2(
  target: Probed,
  headers: OutgoingHttpHeaders,
  nothing: string,
  use: (stream: ClientHttp2Stream, end: Parameters<Attempt>[0]) => void,
): Attempt {
  return (end) => {
    const noResponse = () => end(nothing);
    // A target that is spoken to in HTTP/1.1 may be asked this way all the same.
    const { tls } = target;
    const socket = connectTo(target, ({ code, message }) => end(code ?? message), ['h2']);
    const authority = `${tls === undefined ? 'http' : 'https'}://${joinAddress(target.host, target.port)}`;
    const session: ClientHttp2Session = connect(authority, { createConnection: () => socket });
    // What broke the connection is told by its socket first.
    session.on('error', noResponse);
    session.on('close', noResponse);
    const stream = session.request({ 'user-agent': 'spillway-health', ...headers });
    stream.on('error', () => setImmediate(noResponse));
    use(stream, end);
    return () => session.destroy();
  };
}
