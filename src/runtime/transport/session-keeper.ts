import type { ClientTls } from './tls';

/** Keeps the sessions of a connection for the next one, as soon as the connection was found good. */
export class SessionKeeper {
  private readonly context: ClientTls['context'];
  private approved = false;
  /** One that came with the handshake. */
  private early: Buffer | undefined;

  constructor(private readonly tls: ClientTls) {
    this.context = tls.context;
  }

  /** There is a new session. */
  take(session: Buffer): void {
    if (!this.approved) this.early = session;
    // A connection can outlive what it was found good by.
    else if (this.tls.context === this.context) this.tls.session = session;
  }

  /** The connection was found good. */
  approve(): void {
    this.approved = true;
    if (this.early !== undefined) this.take(this.early);
    this.early = undefined;
  }
}
