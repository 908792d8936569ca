import { BAD_BODIES } from './chunks';

/** What a target sends: what is odd or wrong about it, and its octets. */
export type Sent = readonly [what: string, octets: string];

/** Must never be seen by a client: nobody asked for it. */
export const EVIL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
const response = (line: string, ...fields: string[]) => [line, ...fields, '', ''].join('\r\n');
const ok = (...fields: string[]) => response('HTTP/1.1 200 OK', ...fields);
const line = (text: string) => `${response(text, 'Content-Length: 0')}`;
const length = (value: string) => `${ok(`Content-Length: ${value}`)}hello`;
const encoding = (value: string) => `${ok(`Transfer-Encoding: ${value}`)}0\r\n\r\n`;
const CONTROLS = ['\0', '\x01', '\x0b', '\x1f', '\x7f'];
const hex = (octet: string) => `0x${octet.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** What is no response, or more than one (RFC 9112): 502, and nothing of it reaches the client. */
export const BAD_RESPONSES: readonly Sent[] = [
  ['no HTTP', 'hello\r\n\r\n'],
  ['HTTP/0.9', '<html>hello</html>'],
  ['a request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['TLS', '\x15\x03\x01\0\x02\x02\x46'],
  ['a frame of HTTP/2', '\0\0\0\x04\0\0\0\0\0'],
  ['an empty line before', `\r\n${ok('Content-Length: 0')}`],
  ['a space before', ` ${ok('Content-Length: 0')}`],
  ['another protocol', line('ICY 200 OK')],
  ['RTSP', line('RTSP/1.0 200 OK')],
  ['a longer protocol', line('HTTPER/1.1 200 OK')],
  ['a shorter protocol', line('HTP/1.1 200 OK')],
  ['a protocol in small letters', line('http/1.1 200 OK')],
  ['HTTP/2', line('HTTP/2 200')],
  ['HTTP/2.0', line('HTTP/2.0 200 OK')],
  ['HTTP/0.9 in words', line('HTTP/0.9 200 OK')],
  ['HTTP/1.2', line('HTTP/1.2 200 OK')],
  ['a minor version of two digits', line('HTTP/1.10 200 OK')],
  ['a minor version with a zero in front', line('HTTP/1.01 200 OK')],
  ['a major version with a zero in front', line('HTTP/01.1 200 OK')],
  ['a major version of two digits', line('HTTP/11.1 200 OK')],
  ['a version without a minor one', line('HTTP/1 200 OK')],
  ['two spaces before the status', line('HTTP/1.1  200 OK')],
  ['a tab before the status', line('HTTP/1.1\t200 OK')],
  ['a tab after the status', line('HTTP/1.1 200\tOK')],
  ['no status', line('HTTP/1.1 OK')],
  ['a status of one digit', line('HTTP/1.1 2 OK')],
  ['a status of two digits', line('HTTP/1.1 20 OK')],
  ['a status of four digits', line('HTTP/1.1 2000 OK')],
  ['a negative status', line('HTTP/1.1 -200 OK')],
  ['a signed status', line('HTTP/1.1 +20 OK')],
  ['a hexadecimal status', line('HTTP/1.1 0xc8 OK')],
  ['a status in letters', line('HTTP/1.1 2OO OK')],
  ['a status below all', line('HTTP/1.1 099 OK')],
  ['a status above all', line('HTTP/1.1 600 OK')],
  ['status 0', line('HTTP/1.1 000 OK')],
  ['a bare LF after the status line', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
  ['nothing but bare LFs', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a bare CR after the status line', 'HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n'],
  ['two CRs after the status line', 'HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\n\r\n'],
  ['a bare CR in the reason', line('HTTP/1.1 200 O\rK')],
  ['NUL in the reason', line('HTTP/1.1 200 O\0K')],
  ['a space before the first field', 'HTTP/1.1 200 OK\r\n A: b\r\nContent-Length: 0\r\n\r\n'],
  ['a folded line', ok('A: b', ' c', 'Content-Length: 0')],
  ['a folded encoding', `${ok('Transfer-Encoding: chunked', '  abc')}0\r\n\r\n`],
  ['a space before the colon', ok('Content-Length : 0')],
  ['a line without a colon', ok('A', 'Content-Length: 0')],
  ['an empty name', ok(': a', 'Content-Length: 0')],
  ['a space in a name', ok('A B: c', 'Content-Length: 0')],
  ['UTF-8 in a name', ok('\xc3\xa4: b', 'Content-Length: 0')],
  ['a bare LF between fields', ok('A: b\nSet-Cookie: evil', 'Content-Length: 0')],
  ['a bare CR between fields', ok('A: b\rSet-Cookie: evil', 'Content-Length: 0')],
  ['a bare LF for the empty line', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n'],
  ['a bare CR for the empty line', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\rX: y\r\n\r\n'],
  ...CONTROLS.map((octet): Sent => [`${hex(octet)} in a value`, ok(`A: b${octet}c`, 'Content-Length: 0')]),
  ...CONTROLS.map((octet): Sent => [`${hex(octet)} in a name`, ok(`A${octet}B: c`, 'Content-Length: 0')]),
  ['a length and chunks', `${ok('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['chunks and a length', `${ok('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`],
  ['a length and another encoding', `${ok('Content-Length: 5', 'Transfer-Encoding: identity')}hello`],
  ['two equal lengths', `${ok('Content-Length: 5', 'Content-Length: 5')}hello`],
  ['two lengths', `${ok('Content-Length: 5', 'Content-Length: 6')}hello`],
  ['a list of lengths', length('5, 5')],
  ['a negative length', length('-5')],
  ['a signed length', length('+5')],
  ['a hexadecimal length', length('0x5')],
  ['a length with an underscore', length('0_5')],
  ['a length with a letter after it', length('5a')],
  ['an empty length', length('')],
  ['a length beyond all numbers', length('18446744073709551621')],
  ['a length in the words of CGI', `${ok('Content_Length: 5')}hello`],
  ['the encoding gzip', encoding('gzip')],
  ['the encoding identity', encoding('identity')],
  ['no encoding', encoding('')],
  ['an encoding before chunked', encoding('gzip, chunked')],
  ['an encoding after chunked', encoding('chunked, deflate')],
  ['chunked twice in a list', encoding('chunked, chunked')],
  ['chunked twice in a word', encoding('chunkedchunked')],
  ['chunked twice', `${ok('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['chunked and identity', `${ok('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n`],
  ['a vertical tab before chunked', encoding('\x0bchunked')],
  ['chunks in HTTP/1.0', `${response('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['a nominated length', `${ok('Content-Length: 5', 'Connection: Content-Length')}hello`],
  ['a nominated encoding', `${ok('Transfer-Encoding: chunked', 'Connection: Transfer-Encoding')}0\r\n\r\n`],
  ['204 with a length', `${response('HTTP/1.1 204 No Content', 'Content-Length: 5')}hello`],
  ['204 with chunks', `${response('HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['another protocol that nobody asked for', response('HTTP/1.1 101 Switching Protocols', 'Upgrade: x') + EVIL],
  ['101 without a word', response('HTTP/1.1 101 Switching Protocols') + EVIL],
  ['an interim response with a length', `${response('HTTP/1.1 100 Continue', 'Content-Length: 38')}${EVIL}`],
  [
    'an interim response with chunks',
    `${response('HTTP/1.1 103 Early Hints', 'Transfer-Encoding: chunked')}0\r\n\r\n${EVIL}`,
  ],
  ['a head beyond all limits', ok(`A: ${'b'.repeat(65_536)}`, 'Content-Length: 0')],
  ['a head without an end', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(70_000)}`],
  ['more fields than anybody sends', ok(...Array(1001).fill('A: b'), 'Content-Length: 0')],
];

/** Heads after which the target closes the connection too early: 502 as well. */
export const BROKEN_HEADS: readonly Sent[] = [
  ['nothing', ''],
  ['a part of a status line', 'HTTP/1.1 2'],
  ['a status line alone', 'HTTP/1.1 200 OK\r\n'],
  ['a head without its empty line', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n'],
  ['a head without its last octet', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r'],
];

/** Bodies that are none: the client is reset, or gets 502 where nothing of the response was sent yet. */
export const BAD_RESPONSE_BODIES: readonly Sent[] = BAD_BODIES.map(([what, body]) => [
  what,
  `${ok('Transfer-Encoding: chunked')}${body}`,
]);

/** Bodies after which the target closes the connection too early: the client is reset. */
export const BROKEN_BODIES: readonly Sent[] = [
  ['no octet of a length', ok('Content-Length: 10')],
  ['less than a length', `${ok('Content-Length: 10')}hello`],
  ['no chunk', ok('Transfer-Encoding: chunked')],
  ['half a chunk', `${ok('Transfer-Encoding: chunked')}a\r\nhello`],
  ['chunks without a last one', `${ok('Transfer-Encoding: chunked')}5\r\nhello\r\n`],
  ['half a last chunk', `${ok('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n`],
  ['a trailer without an end', `${ok('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nA: b\r\n`],
];

/** A response with one meaning, though it looks odd: what is odd, its octets, and what the client gets. */
export type Relayed = readonly [odd: string, octets: string, received: string];

const same = (odd: string, octets: string): Relayed => [odd, octets, octets];

/** Responses that are relayed. What follows them on the connection is nobody's. */
export const RELAYED: readonly Relayed[] = [
  same('a response', `${ok('Content-Length: 2')}hi`),
  same('no reason', `${response('HTTP/1.1 200 ', 'Content-Length: 2')}hi`),
  same('no reason and no space', `${response('HTTP/1.1 200', 'Content-Length: 2')}hi`),
  same('octets above ASCII in the reason', `${response('HTTP/1.1 200 \xe4\xff', 'Content-Length: 2')}hi`),
  same('a status that nobody knows', `${response('HTTP/1.1 299 Odd', 'Content-Length: 2')}hi`),
  same('octets above ASCII in a value', `${ok('A: \x80\xff', 'Content-Length: 2')}hi`),
  same('204', response('HTTP/1.1 204 No Content')),
  same('304 with a length', response('HTTP/1.1 304 Not Modified', 'Content-Length: 5')),
  same('304 with chunks that do not come', response('HTTP/1.1 304 Not Modified', 'Transfer-Encoding: chunked')),
  same('a body of nothing', ok('Content-Length: 0')),
  same('chunks', `${ok('Transfer-Encoding: chunked')}2;a=b\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n`),
  same('early hints', `${response('HTTP/1.1 103 Early Hints', 'Link: a')}${ok('Content-Length: 2')}hi`),
  same(
    'several interim responses',
    `${response('HTTP/1.1 100 Continue')}${response('HTTP/1.1 102 Processing').repeat(3)}${ok('Content-Length: 2')}hi`,
  ),
  [
    'what belongs to the connection',
    `${ok('Connection: A', 'A: b', 'Keep-Alive: 5', 'Upgrade: h2c', 'Content-Length: 2')}hi`,
    `${ok('Content-Length: 2')}hi`,
  ],
  [
    'a length with zeros in front, said plainly',
    `${ok('content-length:  002', 'A: b')}hi`,
    `${ok('Content-Length: 2', 'A: b')}hi`,
  ],
  [
    'chunks in capitals, said plainly',
    `${ok('TRANSFER-ENCODING: CHUNKED')}2\r\nhi\r\n0\r\n\r\n`,
    `${ok('Transfer-Encoding: chunked')}2\r\nhi\r\n0\r\n\r\n`,
  ],
];

/** Responses that are relayed, and after which the target's connection is not used again. */
export const RELAYED_LAST: readonly Relayed[] = [
  [
    'HTTP/1.0, which is not told to the client',
    `${response('HTTP/1.0 200 OK', 'Content-Length: 2')}hi`,
    `${ok('Content-Length: 2')}hi`,
  ],
  ['what asks to be the last', `${ok('Connection: close', 'Content-Length: 2')}hi`, `${ok('Content-Length: 2')}hi`],
];
