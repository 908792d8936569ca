/** HTTP/2 without I/O: frames, HPACK, windows and streams, and what stands for its messages in HTTP/1.1 (RFC 9113, RFC 7541). */
export { BodySender } from './body-sender';
export { ClientSession, type ClientSessionOwner, RESPONSE, type ResponseUser } from './client-session';
export { encodeRequest, encodeResponse } from './encode-head';
export { ErrorCode } from './error-code';
export { PREFACE } from './frames';
export type { AskedForm, Framing } from './response-fields';
export { REQUEST, ServerSession, type ServerSessionOwner } from './server-session';
export type { Stream, StreamUser } from './stream';
