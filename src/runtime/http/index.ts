/** HTTP/1.1 as octets: heads, bodies and what is wrong with them (RFC 9110, RFC 9112). */
export { Body } from './body';
export { BodyData } from './body-data';
export { putChunk, putLastChunk } from './chunk-framer';
export { editRequestHead, type RequestChanges } from './edit-request-head';
export { editResponseHead, mayHaveBody, type NewFraming, type ResponseChanges } from './edit-response-head';
export type { FieldChanges, NamedValue } from './field-changes';
export { INCOMPLETE } from './fields';
export { OctetBuffer } from './octet-buffer';
export { copyOctets, FIELD_VALUE, TOKEN } from './octets';
export { type HeadLimits, RequestHead } from './request-head';
export { ResponseHead } from './response-head';
export { statusLine } from './status-line';
