import type { ResponseHead } from '../http';

/** Whose request an upstream carries. */
export interface UpstreamUser {
  onConnected(): void;
  /** No connection came to be. */
  onConnectFailed(code: string): void;
  /** An interim response: `bytes[start..headEnd)`. */
  onInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void;
  /** The head, and what came of the body with it: `bytes[start..headEnd)` and `bytes[headEnd..end)`. */
  onResponse(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): void;
  /** More of the body, in memory that stays while the connection is paused. */
  onBody(bytes: Buffer, start: number, end: number): void;
  /** The end of a body that ends with its connection. */
  onBodyEnd(): void;
  /** The request's bytes have been taken. */
  onUpstreamDrained(): void;
  /** The connection broke, or what came over it was no response. */
  onLost(): void;
}

/** What carries one request to a target, and its response back: a connection, or a part of one. */
export interface Upstream {
  /** Whether anything of a response has come since the request was sent. */
  readonly answered: boolean;
  /** Whether the last octet of the response's body has come. */
  readonly bodyDone: boolean;
  /** Whether the response's body ends with the connection. */
  readonly endsWithConnection: boolean;
  /** Takes over one that waited. */
  assign(user: UpstreamUser): void;
  /** Sends the beginning of a request; `false` as in `Socket.write`. */
  send(bytes: Buffer, headRequest: boolean): boolean;
  /** Sends more of the request; `false` as in `Socket.write`. */
  write(bytes: Buffer): boolean;
  /** Hands on no more of the response for now. */
  pause(): void;
  resume(): void;
  /**
   * The user is done with it: it waits for the next, or closes where it cannot carry another request.
   * @param requestSent - whether the request was sent to its end
   */
  release(now: number, requestSent: boolean): void;
}
