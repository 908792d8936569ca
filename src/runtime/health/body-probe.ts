import { request } from 'node:http';
import { type HealthCheck, joinAddress } from '../../model';
import { attempt } from './attempt';
import { connectTo } from './connect-to';
import { ExpectedBody } from './expected-body';
import { judgeStatus } from './judge-status';
import type { Probed } from './probe';

const NO_RESPONSE = 'no HTTP response';

/**
 * Asks a target for a path over HTTP/1.1, and reads the body as well. Probes that do are few: Node.js's own client does,
 * which is strict too.
 * @returns what went wrong; `undefined` for success
 */
export function probeBody(target: Probed, check: HealthCheck): Promise<string | undefined> {
  const { path, expectedStatus, expectedBody = '' } = check;
  return attempt(check.timeout, (end) => {
    const socket = connectTo(target, ({ code, message }) => end(code ?? message));
    const headers = {
      Host: joinAddress(target.host, target.port),
      'User-Agent': 'spillway-health',
      Connection: 'close',
    };
    const asked = request({ path, headers, createConnection: () => socket });
    // What broke the connection is told by its socket first.
    asked.on('error', () => setImmediate(end, NO_RESPONSE));
    asked.on('response', (response) => {
      const wrong = judgeStatus(response.statusCode ?? 0, expectedStatus);
      if (wrong === undefined) new ExpectedBody(expectedBody).read(response, end);
      else end(wrong);
    });
    asked.end();
    return () => {
      asked.destroy();
      socket.destroy();
    };
  });
}
