import { X509Certificate } from 'node:crypto';
import type { TcpHandle } from './raw-binding';
import type { RawShared } from './raw-socket';
import { RawTlsSocket } from './raw-tls-socket';
import { alpnList, type ServerTls, type TlsFacts } from './tls';

/** The server's side of TLS on a handle. */
export class RawTlsServerSocket extends RawTlsSocket {
  constructor(
    shared: RawShared,
    tcp: TcpHandle,
    peer: string,
    private readonly side: ServerTls,
    first: Buffer | undefined,
  ) {
    super(shared, tcp, peer, side.base.context, true);
    const { handle } = this;
    const { clientCertificates, contextFor, protocols } = side;
    handle.setALPNProtocols(alpnList(protocols));
    if (clientCertificates !== 'none') handle.setVerifyMode(true, clientCertificates === 'required');
    if (contextFor !== undefined) {
      handle.oncertcb = ({ servername }) => {
        const chosen = contextFor(servername);
        if (chosen !== undefined) handle.sni_context = chosen.context;
        handle.certCbDone();
      };
      handle.enableCertCb();
    }
    if (first === undefined) handle.readStart();
    // What is wrong with these octets is told at once, and so after this call.
    else process.nextTick(() => this.receive(first));
  }

  private receive(first: Buffer): void {
    if (this.closed) return;
    this.handle.receive(first);
    if (!this.closed) this.handle.readStart();
  }

  protected judge(): TlsFacts | string {
    const { handle, side } = this;
    const facts = {
      protocol: handle.getALPNNegotiatedProtocol() || '',
      serverName: handle.getServername() || '',
      version: handle.getProtocol(),
    };
    if (side.clientCertificates === 'none') return facts;
    const raw = handle.getPeerCertificate(false)?.raw;
    // A session that is gone on with has brought its certificate along.
    if (raw === undefined) return side.clientCertificates === 'required' ? 'ERR_TLS_NO_CLIENT_CERTIFICATE' : facts;
    const error = handle.verifyError();
    return error === null ? { ...facts, clientCertificate: new X509Certificate(raw) } : (error.code ?? error.message);
  }
}
