import { connect as connectHttp2 } from 'node:http2';
import { type HealthCheck, joinAddress } from '../../model';
import { connectTo } from './connect-to';
import { judgeStatus } from './judge-status';
import type { Probed } from './probe';
import { timeLimit } from './time-limit';

/**
 * Asks a target for a path over HTTP/2: by ALPN over TLS, with prior knowledge without. Probes are few: Node.js's own client does.
 * @returns what went wrong; `undefined` for success
 */
export function probeHttp2(target: Probed, check: HealthCheck): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (error: string | undefined) => {
      clearTimeout(timer);
      session.destroy();
      resolve(error);
    };
    const noResponse = () => end('no HTTP response');
    const socket = connectTo(target, ({ code, message }) => end(code ?? message));
    const authority = `${target.tls === undefined ? 'http' : 'https'}://${joinAddress(target.host, target.port)}`;
    const session = connectHttp2(authority, { createConnection: () => socket });
    const timer = timeLimit(check.timeout, () => end('timeout'));
    // What broke the connection is told by its socket first.
    session.on('error', noResponse);
    session.on('close', noResponse);
    const stream = session.request({ ':path': check.path, 'user-agent': 'spillway-health' });
    stream.on('error', () => setImmediate(noResponse));
    stream.on('response', ({ ':status': status }) => end(judgeStatus(status ?? 0, check.expectedStatus)));
  });
}
