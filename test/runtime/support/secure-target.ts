import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Made } from './certificates';

/** A target that a test plays itself, behind Node.js's own TLS. */
export class SecureTarget {
  /** Connections whose handshake is done. */
  readonly streams: TLSSocket[] = [];
  /** What each of them sent, in order. */
  readonly received: string[] = [];
  /** Whether each of them went on with a session. */
  readonly reused: boolean[] = [];

  private constructor(readonly port: number) {}

  /** @param answer - to each request; left out: nothing */
  static async open(made: Made, options: TlsOptions = {}, answer?: string): Promise<SecureTarget> {
    const server = createServer({ cert: made.certificateText, key: made.keyText, ...options });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = new SecureTarget((server.address() as AddressInfo).port);
    server.on('secureConnection', (stream) => {
      const index = target.streams.push(stream) - 1;
      target.received.push('');
      target.reused.push(stream.isSessionReused());
      let answered = 0;
      stream.on('error', () => {});
      stream.on('data', (text) => {
        target.received[index] += text;
        const requests = target.received[index].split('\r\n\r\n').length - 1;
        for (; answer !== undefined && answered < requests; answered++) stream.write(answer);
      });
    });
    onTestFinished(() => {
      for (const stream of target.streams) stream.destroy();
      server.close();
    });
    return target;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }
}
