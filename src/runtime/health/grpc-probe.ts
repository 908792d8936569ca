import type { IncomingHttpHeaders } from 'node:http2';
import type { HealthCheck } from '../../model';
import { attempt } from './attempt';
import { GrpcMessage } from './grpc-message';
import { readServingStatus, writeHealthCheckRequest } from './health-message';
import { askHttp2 } from './http2-probe';
import type { Probed } from './probe';

const NO_ANSWER = 'no gRPC answer';
/** What a service that may be used answers (grpc.health.v1). */
const SERVING = 'SERVING';

/**
 * Asks a target how it is by gRPC's health checking protocol, `grpc.health.v1.Health/Check`: over HTTP/2, whatever the
 * pool's requests are sent in.
 * @returns what went wrong; `undefined` for success
 */
export function probeGrpc(target: Probed, { timeout, service }: HealthCheck): Promise<string | undefined> {
  const headers = {
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  return attempt(
    timeout,
    askHttp2(target, headers, NO_ANSWER, (stream, end) => {
      const message = new GrpcMessage();
      let status: string | undefined;
      const note = ({ 'grpc-status': told }: IncomingHttpHeaders) => {
        if (typeof told === 'string') status = told;
      };
      stream.on('response', (head) => {
        note(head);
        const grpc = head[':status'] === 200 && /^application\/grpc(?:$|[+;])/.test(head['content-type'] ?? '');
        if (!grpc) end(NO_ANSWER);
      });
      stream.on('trailers', note);
      stream.on('data', (part: Buffer) => {
        if (!message.add(part)) end(NO_ANSWER);
      });
      stream.on('end', () => end(judge(status, message)));
      stream.end(GrpcMessage.write(writeHealthCheckRequest(service ?? '')));
    }),
  );
}

/** @param status - gRPC's; 0 is success */
function judge(status: string | undefined, { payload }: GrpcMessage): string | undefined {
  if (status === undefined) return NO_ANSWER;
  if (status !== '0') return `gRPC status ${status}`;
  const serving = payload && readServingStatus(payload);
  return serving === SERVING ? undefined : (serving ?? NO_ANSWER);
}
