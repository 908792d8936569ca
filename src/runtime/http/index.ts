/** HTTP/1.1 as octets: heads, bodies and what is wrong with them (RFC 9110, RFC 9112). */
export { Body } from './body';
export { INCOMPLETE } from './fields';
export { OctetBuffer } from './octet-buffer';
export { copyOctets, FIELD_VALUE, TOKEN } from './octets';
export { type HeadLimits, RequestHead } from './request-head';
export { ResponseHead } from './response-head';
