/** HTTP/2 without I/O: frames, HPACK, windows and streams, and what stands for its messages in HTTP/1.1 (RFC 9113, RFC 7541). */
export { BodyData } from './body-data';
export { encodeRequest, encodeResponse, encodeTrailers } from './encode-head';
export { ErrorCode } from './error-code';
export { PREFACE } from './frames';
export { REQUEST, ServerSession, type ServerSessionOwner } from './server-session';
export type { Stream, StreamUser } from './stream';
