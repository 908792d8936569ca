import { isIP } from 'node:net';
import type { TcpHandle } from './raw-binding';
import type { RawShared } from './raw-socket';
import { RawTlsSocket } from './raw-tls-socket';
import { SessionKeeper } from './session-keeper';
import { alpnList, type ClientTls, identityError, type TlsFacts } from './tls';

/** The client's side of TLS on a handle. */
export class RawTlsClientSocket extends RawTlsSocket {
  private readonly sessions: SessionKeeper;

  constructor(
    shared: RawShared,
    tcp: TcpHandle,
    peer: string,
    private readonly side: ClientTls,
  ) {
    super(shared, tcp, peer, side.context, false);
    const { handle } = this;
    this.sessions = new SessionKeeper(side);
    if (side.protocols.length > 0) handle.setALPNProtocols(alpnList(side.protocols));
    // RFC 6066, section 3: no addresses.
    if (isIP(side.serverName) === 0) handle.setServername(side.serverName);
    if (side.session !== undefined) handle.setSession(side.session);
    handle.onnewsession = (_id, session) => this.sessions.take(session);
    handle.enableSessionCallbacks();
    // A context that fits no handshake fails at once, and so after this call.
    process.nextTick(() => this.start());
  }

  private start(): void {
    if (this.closed) return;
    this.handle.start();
    if (!this.closed) this.handle.readStart();
  }

  protected judge(): TlsFacts | string {
    const { handle, side } = this;
    if (side.verify) {
      const error = handle.verifyError();
      if (error !== null) return error.code ?? error.message;
      // A session has no certificate with it: the name was looked at when it began.
      const mismatch = handle.isSessionReused()
        ? undefined
        : identityError(side.serverName, handle.getPeerCertificate(false)?.raw);
      if (mismatch !== undefined) return mismatch;
    }
    this.sessions.approve();
    return {
      protocol: handle.getALPNNegotiatedProtocol() || '',
      serverName: side.serverName,
      version: handle.getProtocol(),
    };
  }
}
