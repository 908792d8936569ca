import { chunked, get, head, post } from './octets';

/** A message that looks odd and has one meaning: what is odd, its octets, and what a target gets of it. */
export type Accepted = readonly [odd: string, octets: string, forwarded: string];

const BODY = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const SIZE = BODY.length;
const PLAIN = get();
const same = (odd: string, octets: string): Accepted => [odd, octets, octets];
const like = (odd: string, octets: string): Accepted => [odd, octets, PLAIN];
const chunks = (odd: string, body: string) => same(odd, chunked(body));

/** Requests after which the next one is read from the same connection. */
export const ACCEPTED: readonly Accepted[] = [
  same('a request', PLAIN),
  like('an empty line before a request', `\r\n${PLAIN}`),
  same('names in all letters', head('GET / HTTP/1.1', 'hOsT: x', 'a-B: c')),
  same('names of all octets that may', get("!#$%&'*+-.^_`|~09: a")),
  same('no space after the colon', get('A:b')),
  same('much space around a value', get('A: \t b \t ')),
  same('an empty value', get('A:', 'B: ')),
  same('octets above ASCII in a value', get('A: \x80\xa0\xff')),
  same('quotes and separators in a value', get('A: "b\\"c", (d); e=<f>')),
  same('a hundred fields', get(...Array.from({ length: 99 }, (_, i) => `A${i}: b`))),
  same('a target at its limit', head(`GET /${'a'.repeat(8191)} HTTP/1.1`, 'Host: x')),
  same('octets in a target that no URI has, and browsers send', head('GET /a|b?c={"d"}^`<> HTTP/1.1', 'Host: x')),
  same('two slashes', head('GET //a//b HTTP/1.1', 'Host: x')),
  same('a question mark in a query', head('GET /?a?b=/../ HTTP/1.1', 'Host: x')),
  same('dots that are no segment', head('GET /a.b/..c/d../.well-known HTTP/1.1', 'Host: x')),
  same('a method that nobody knows', head('M-SEARCH / HTTP/1.1', 'Host: x')),
  same('a method in small letters, which is another one', head('get / HTTP/1.1', 'Host: x')),
  same('a method of 32 letters', head(`${'A'.repeat(32)} / HTTP/1.1`, 'Host: x')),
  same('OPTIONS *', head('OPTIONS * HTTP/1.1', 'Host: x')),
  same('a host with a port', head('GET / HTTP/1.1', 'Host: x.test:8080')),
  same('a host with an empty port', head('GET / HTTP/1.1', 'Host: x:')),
  same('an IPv6 host', head('GET / HTTP/1.1', 'Host: [2001:db8::1]:80')),
  same('a host with an underscore and a dot at its end', head('GET / HTTP/1.1', 'Host: a_b.test.')),
  [
    'an absolute target, whose host counts',
    head('GET http://y:81/a?b HTTP/1.1', 'Host: x'),
    head('GET /a?b HTTP/1.1', 'Host: y:81'),
  ],
  [
    'an absolute target in capitals without a path',
    head('GET HTTPS://Y HTTP/1.1', 'A: b', 'Host: x'),
    head('GET / HTTP/1.1', 'Host: Y', 'A: b'),
  ],
  [
    'an absolute target with a query alone',
    head('GET http://[::1]?a HTTP/1.1', 'Host: x'),
    head('GET /?a HTTP/1.1', 'Host: [::1]'),
  ],
  ['OPTIONS of a whole host', head('OPTIONS http://y HTTP/1.1', 'Host: x'), head('OPTIONS * HTTP/1.1', 'Host: y')],
  ['OPTIONS of a path', head('OPTIONS http://y/ HTTP/1.1', 'Host: x'), head('OPTIONS / HTTP/1.1', 'Host: y')],
  same('a body that is a request', `${post(`Content-Length: ${SIZE}`)}${BODY}`),
  same('GET with a body that is a request', `${get(`Content-Length: ${SIZE}`)}${BODY}`),
  same('a body of nothing', post('Content-Length: 0')),
  [
    'a length with zeros in front, said plainly',
    `${post(`Content-Length: 00${SIZE}`, 'A: b')}${BODY}`,
    `${post(`Content-Length: ${SIZE}`, 'A: b')}${BODY}`,
  ],
  [
    'a length in much space, said plainly',
    `${post(`content-length: \t${SIZE} `)}${BODY}`,
    `${post(`Content-Length: ${SIZE}`)}${BODY}`,
  ],
  [
    'chunks in capitals, said plainly',
    `${post('TRANSFER-ENCODING:  Chunked', 'A: b')}0\r\n\r\n`,
    `${post('Transfer-Encoding: chunked', 'A: b')}0\r\n\r\n`,
  ],
  chunks('a chunk that is a request', `${SIZE.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`),
  chunks('no chunk but the last', '0\r\n\r\n'),
  chunks('a last size of many zeros', '1\r\na\r\n000000\r\n\r\n'),
  chunks('sizes in all letters, with zeros in front', '0A\r\n0123456789\r\n00b\r\n0123456789a\r\n0\r\n\r\n'),
  chunks('extensions', '1;a\r\nx\r\n1;a=b;c="d;\\"\\\xe4 e"\r\nx\r\n0;f\r\n\r\n'),
  chunks('extensions with the space that is to be read', '1; a\r\nx\r\n1;\ta = "b" ; c\t=\td\r\nx\r\n0\r\n\r\n'),
  chunks('a size in an extension', '1;5\r\nx\r\n0\r\n\r\n'),
  chunks('trailers', '1\r\nx\r\n0\r\nA: b\r\nX-Sum:\r\nContent-Length-X: 5\r\n\r\n'),
  chunks('data that looks like a size', '3\r\n0\r\n\r\n2\r\n\r\n\r\n0\r\n\r\n'),
  same('a promise that is asked for', `${post('Expect: 100-Continue', 'Content-Length: 1')}x`),
  like('a change to HTTP/2', get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk')),
  like('what belongs to the connection', get('Connection: keep-alive, A', 'A: b', 'Keep-Alive: 5', 'TE: trailers')),
  like('empty options of the connection', get('Connection: , ,', 'Connection:')),
  like(
    'the client’s own word about itself',
    get('X-Forwarded-For: 1.2.3.4', 'X_Forwarded_For: 1.2.3.4', 'x-forwarded_HOST: y', 'Forwarded: for=1.2.3.4'),
  ),
  [
    'HTTP/1.0 that stays',
    head('GET / HTTP/1.0', 'Connection: keep-alive', 'Host: x'),
    head('GET / HTTP/1.0', 'Host: x'),
  ],
];

/** Requests after which nothing more is read. */
export const LAST: readonly Accepted[] = [
  same('HTTP/1.0', head('GET / HTTP/1.0')),
  same('HTTP/1.0 with an expectation, which it does not know', head('GET / HTTP/1.0', 'Expect: x')),
  like('a connection that is to close', get('Connection: close')),
  like('a connection that is to close and to stay', get('Connection: keep-alive', 'Connection: A, CLOSE')),
];
