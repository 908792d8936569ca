import type { Answer } from '../../passes';
import type { ForwardedFields } from '../forwarding';
import type { ResponseHead } from '../http';
import type { TunnelClient } from './tunnel';

/** The client's side of an exchange. */
export interface ExchangeClient {
  /** Who asks. */
  readonly forwarded: ForwardedFields;
  /** Whether the whole request has been read. */
  readonly requestDone: boolean;
  /** Whether the connection goes on after this response, as far as the client and the listener are concerned. */
  readonly persistent: boolean;
  /** HTTP/1.`minor` is what the client speaks. */
  readonly minor: number;
  /** Octets that were sent to the client so far, of all responses. */
  readonly octetsSent: number;
  /** Sends an interim response: `bytes[start..headEnd)`. */
  sendInterim(head: ResponseHead, bytes: Buffer, start: number, headEnd: number): void;
  /**
   * Sends the head of a response and what has come of its body: `bytes[start..headEnd)` and `bytes[headEnd..end)`.
   * @param persistent - whether the connection goes on afterwards
   * @returns `false` where it waits, until `Exchange.onClientDrained`
   */
  sendResponse(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    headEnd: number,
    end: number,
    persistent: boolean,
  ): boolean;
  /** Sends more of the body, framed as the target framed it; `false` as in {@link sendResponse}, and `bytes` must stay until then. */
  sendBody(bytes: Buffer, start: number, end: number): boolean;
  /** How octets go to and fro once another protocol was taken up; `undefined` where this cannot be. */
  readonly tunnel: TunnelClient | undefined;
  /** Sends a whole response of this side's own; `false` as in {@link sendResponse}. */
  sendAnswer(status: number, answer: Answer, headOnly: boolean, persistent: boolean): boolean;
  /** Reads no more of the request's body for now. */
  hold(): void;
  /** Reads on. */
  release(): void;
  /** The response does not get through for now; the exchange waits for `Exchange.onClientDrained`. */
  stalled(): void;
  /** The response was sent to its end. */
  finished(persistent: boolean): void;
  /** The response broke off: the client must not take it for whole. */
  broken(): void;
}
