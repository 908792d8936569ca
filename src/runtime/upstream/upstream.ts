import type { ResponseHead } from '../http';

/** Whose request an upstream carries. */
export interface UpstreamUser {
  /** An interim response: `bytes[start..headEnd)`. */
  onInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void;
  /** The head, and what came of the body with it: `bytes[start..headEnd)` and `bytes[headEnd..end)`. */
  onResponse(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): void;
  /** The target takes up the protocol that was asked for: `bytes[start..headEnd)`, and its first octets `bytes[headEnd..end)`. */
  onSwitch(head: ResponseHead, bytes: Buffer, start: number, headEnd: number, end: number): void;
  /** More of the body, in memory that stays while the connection is paused. */
  onBody(bytes: Buffer, start: number, end: number): void;
  /** The end of a body, or of another protocol, that ends with its connection. */
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
  /** Whether the target has said that it did not look at the request, once it is lost. */
  readonly unprocessed: boolean;
  /** Whether the last octet of the response's body has come. */
  readonly bodyDone: boolean;
  /** Whether the response's body ends with the connection. */
  readonly endsWithConnection: boolean;
  /** Takes over one that nobody uses: it is new, or waited. */
  assign(user: UpstreamUser): void;
  /**
   * Sends the beginning of a request; `false` as in `Socket.write`.
   * @param method - of the request, on which the form of the response depends
   * @param maySwitch - whether the request asks for another protocol
   */
  send(bytes: Buffer, method: string, maySwitch: boolean): boolean;
  /** Sends more of the request; `false` as in `Socket.write`. */
  write(bytes: Buffer): boolean;
  /** As in `Socket`, for what comes once another protocol was taken up. */
  useOwnBuffer(): void;
  /** Nothing more will be sent, once another protocol was taken up; what the target sends is still wanted. */
  endWrites(): void;
  /** Hands on no more of the response for now. */
  pause(): void;
  resume(): void;
  /**
   * The user is done with it: it waits for the next, or closes where it cannot carry another request.
   * @param requestSent - whether the request was sent to its end
   */
  release(now: number, requestSent: boolean): void;
}
