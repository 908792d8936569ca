import { type HealthCheck, joinAddress } from '../../model';
import type { ClientTls, Transport } from '../transport';
import { probeBody } from './body-probe';
import { connectTo } from './connect-to';
import { probeGrpc } from './grpc-probe';
import { probeHttp2 } from './http2-probe';
import { judgeStatus } from './judge-status';
import { probeTcp } from './tcp-probe';
import { timeLimit } from './time-limit';

/** Longest status line of a target that is believed. */
const LINE_LIMIT = 1_024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?\r\n/;

/** Who is probed: the host as described, and the address that it has now. */
export interface Probed {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** What the connection begins with. */
  readonly announcement?: Buffer;
  /** How TLS to it is done; left out: without TLS. */
  readonly tls?: ClientTls;
  /** Whether it is spoken to in HTTP/2. */
  readonly http2?: boolean;
}

/** Tries a target once. @returns what went wrong; `undefined` for success */
export function probe(target: Probed, check: HealthCheck, transport: Transport): Promise<string | undefined> {
  if (check.type === 'tcp' && target.announcement === undefined)
    return probeTcp(transport, target.address, target.port, check.timeout);
  if (check.type === 'grpc') return probeGrpc(target, check);
  if (target.http2 && check.type === 'http') return probeHttp2(target, check);
  if (check.expectedBody !== undefined && check.type === 'http') return probeBody(target, check);
  return new Promise((resolve) => {
    const failed = ({ code, message }: NodeJS.ErrnoException) => end(code ?? message);
    const socket = connectTo(check.type === 'tcp' ? { ...target, tls: undefined } : target, failed);
    const end = (error: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(error);
    };
    const timer = timeLimit(check.timeout, () => end('timeout'));
    if (check.type === 'tcp') socket.on('connect', () => end(undefined));
    else {
      const host = joinAddress(target.host, target.port);
      socket.write(
        `GET ${check.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: spillway-health\r\nConnection: close\r\n\r\n`,
      );
      let line = '';
      socket.setEncoding('latin1');
      socket.on('data', (text: string) => {
        line += text;
        if (line.includes('\n') || line.length > LINE_LIMIT) end(judge(line, check.expectedStatus));
      });
      socket.on('end', () => end('no HTTP response'));
    }
  });
}

function judge(line: string, expected: readonly string[]): string | undefined {
  const status = STATUS_LINE.exec(line)?.[1];
  return status === undefined ? 'no HTTP response' : judgeStatus(Number(status), expected);
}
