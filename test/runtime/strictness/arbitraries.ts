import fc from 'fast-check';

const OCTET = fc.integer({ min: 0, max: 255 }).map((octet) => String.fromCharCode(octet));

/** What parsers have stumbled over. */
const PIECES = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\n\n',
    '\0',
    ' ',
    '\t',
    '\x0b',
    ':',
    ';',
    ',',
    '=',
    '"',
    '\\',
    '/',
    '#',
    '?',
    '*',
  ],
  ...['0', '1', '5', '9', 'a', 'f', 'A', '-', '+', '_', '.', '\x7f', '\x80', '\xa0', '\xff'],
  ...[
    'HTTP/1.1',
    'HTTP/1.0',
    'GET',
    'HEAD',
    'chunked',
    'close',
    'keep-alive',
    '100-continue',
    'http://y/',
    '[::1]',
    '..',
    '%2e',
  ],
  ...['Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'content-length:05 \r\n', 'Content_Length: 1\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'transfer-encoding:\tChunked\r\n', 'Transfer-Encoding: identity\r\n'],
  ...['Host: y\r\n', 'Connection: close\r\n', 'Connection: content-length\r\n', 'Connection: A\r\n', 'A: b\r\n'],
  ...['Expect: x\r\n', 'Upgrade: h2c\r\n', '0\r\n\r\n', '5\r\nhello\r\n', '1;a=b\r\nx\r\n', ' folded\r\n'],
  ...['GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
];

/** A part of a message. */
const piece = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: OCTET });

const NAMES = ['A', 'X-B', 'a-b_c', 'Accept', 'Cookie', 'Via', '!#$%&'];
const VALUES = ['', 'b', 'a, b', '"q;\\" "', '\x80\xff', '\xa0b', 'gzip;q=1'];

const plainField = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(':', ': ', ':\t ', ':  '), fc.constantFrom(...VALUES))
  .map((parts) => parts.join(''));

const CONNECTIONS = [
  '',
  'keep-alive',
  'close',
  'A',
  'x-b , close',
  'Upgrade',
  'te',
  'content-length',
  'HOST',
  'a,transfer-encoding',
  ',',
];
const EXPECTATIONS = ['100-continue', '100-Continue', '100-continue,', 'x', ''];
const LENGTHS = [
  '0',
  '5',
  '05',
  '+5',
  '-5',
  '5,5',
  '0x5',
  '5 ',
  ' 5',
  '',
  '5a',
  '999999999999999',
  '9999999999999999',
  '5\xa0',
];
const ENCODINGS = [
  'chunked',
  'Chunked',
  'chunked ',
  'identity',
  'gzip, chunked',
  'chunked, chunked',
  ',chunked',
  '\x0bchunked',
  '',
];
const HOSTS = [
  'y',
  'y:80',
  'y:65535',
  'y:65536',
  '',
  'a,b',
  'a b',
  '[::1]',
  '[::1',
  '[1.2.3.4]',
  '[::ffff:1.2.3.4]:8',
  'a@b',
  'y:',
  ':1',
  'y:1:2',
];

const fieldOf = (name: string, values: readonly string[]) =>
  fc.constantFrom(...values).map((value) => `${name}: ${value}`);

/** Fields that say something to a proxy, rightly or wrongly. */
const oddField = fc.oneof(
  fieldOf('Connection', CONNECTIONS),
  fieldOf('connection', CONNECTIONS),
  fieldOf('Expect', EXPECTATIONS),
  fieldOf('Content-Length', LENGTHS),
  fieldOf('content-length', LENGTHS),
  fieldOf('Transfer-Encoding', ENCODINGS),
  fieldOf('TRANSFER-ENCODING', ENCODINGS),
  fieldOf('Host', HOSTS),
  fc.constantFrom(
    'Content_Length: 5',
    'transfer_encoding: chunked',
    'Keep-Alive: 5',
    'TE: trailers',
    'Trailer: A',
    'Upgrade: h2c',
  ),
  fc.constantFrom(
    'X-Forwarded-For: 1.2.3.4',
    'x_forwarded_host: y',
    'X-Forwarded: y',
    'Forwarded: for=y',
    'Proxy-Connection: close',
  ),
  fc.constantFrom(
    ' folded',
    '\tfolded',
    'A : b',
    'A',
    ': b',
    'A\0: b',
    'A: b\0',
    'A: b\rc',
    'A: b\nC: d',
    'A B: c',
    '\xe4: b',
  ),
);

const fields = fc
  .array(fc.oneof({ weight: 8, arbitrary: plainField }, { weight: 1, arbitrary: oddField }), { maxLength: 4 })
  .map((lines) => lines.map((line) => `${line}\r\n`).join(''));

/** Mostly the first, and sometimes one of the others. */
const mostly = (usual: string, ...others: string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

/** The content of a message; some look like messages. */
const content = fc.oneof(
  fc.string({ unit: OCTET, maxLength: 60 }),
  fc.constantFrom('', 'x', '\r\n', '0\r\n\r\n', 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'),
);

const SIZES = ['5', '05', '5 ', ' 5', '+5', '0x5', '5_', '000000000005', '0000000000005', 'g', '', '-1', '5\0', '5\n'];
const EXTENSIONS = [
  '',
  ';a',
  ';a=b',
  '; a = "b;\\"c"',
  ';a;b=c',
  ';',
  ' ;a',
  ';a ',
  ';a="',
  ';a="b"c',
  ';=b',
  ';a\r',
  ';a\n',
  ';a="\x80"',
];
const TRAILERS = [
  '',
  'A: b',
  'X-Sum:',
  'B:\tc ',
  'A : b',
  'A',
  ' b',
  'Content-Length: 5',
  'x_forwarded_for: 1',
  'Host: y',
  'A: b\nC: d',
  '\xe4: b',
];

const chunk = fc
  .tuple(
    content,
    mostly('', '0', '000'),
    mostly(...(EXTENSIONS as [string])),
    fc.boolean(),
    mostly('\r\n', '\n', '', '\r\n\r\n', 'xx', 'x\n'),
  )
  .map(([data, zeros, extension, upper, end]) => {
    const size = data.length.toString(16);
    return data === '' ? '' : `${zeros}${upper ? size.toUpperCase() : size}${extension}\r\n${data}${end}`;
  });

const oddChunk = fc.constantFrom(...SIZES).map((size) => `${size}\r\nhello\r\n`);

const chunks = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: chunk }, { weight: 1, arbitrary: oddChunk }), { maxLength: 3 }),
    mostly('0', '00', '0;a', '0 ', '', '-0'),
    fc.array(mostly(...(TRAILERS as [string])), { maxLength: 2 }),
  )
  .map(([parts, last, trailers]) => {
    const lines = trailers.filter((line) => line !== '').map((line) => `${line}\r\n`);
    return `${parts.join('')}${last}\r\n${lines.join('')}\r\n`;
  });

/** The field that frames a body, and the body. */
const framed = fc.oneof(
  fc.constant(['', '']),
  fc
    .tuple(
      content,
      fc.constantFrom('Content-Length: ', 'content-length:', 'Content-Length:\t 00'),
      fc.constantFrom('', ' '),
    )
    .map(([body, name, space]) => [`${name}${body.length}${space}\r\n`, body]),
  fc
    .tuple(
      chunks,
      fc.constantFrom('Transfer-Encoding: chunked', 'transfer-encoding:CHUNKED', 'Transfer-Encoding:  chunked\t'),
    )
    .map(([body, name]) => [`${name}\r\n`, body]),
);

/** A request that nobody takes amiss. */
export const usualRequest = fc
  .tuple(fc.constantFrom('GET', 'POST', 'HEAD'), fc.constantFrom('/', '/a?b', '/abc/def'), content, fc.nat({ max: 2 }))
  .map(([method, target, body, way]) => {
    const framing = ['', `Content-Length: ${body.length}\r\n`, 'Transfer-Encoding: chunked\r\n'][way];
    const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
    const framedBody = ['', body, `${chunk}0\r\n\r\n`][way];
    return `${method} ${target} HTTP/1.1\r\nHost: x\r\n${framing}\r\n${framedBody}`;
  });

const METHODS = [
  'POST',
  'HEAD',
  'OPTIONS',
  'PUT',
  'TRACE',
  'M-SEARCH',
  'get',
  'CONNECT',
  'G(T',
  'A'.repeat(32),
  'A'.repeat(33),
];
const RELATIVE = [
  '/a?b=c',
  '/a/b/../c',
  '/%2e',
  '/a/..%2fb',
  '/a%5c..',
  '/a\\..',
  '/a?b=/..',
  '/..;x',
  '/a..',
  '*',
  '//a',
  '/a#b',
  'a',
  '/\x80',
  '',
];
const ABSOLUTES = [
  'http://y:80/a',
  'https://[::1]?q',
  'HTTP://y',
  'http://a@b/',
  'http:///a',
  'ftp://y/',
  'http://y/../a',
  'http://a,b/',
];

/** A request, well or oddly spelled. */
export const request = fc
  .tuple(
    mostly('', '\r\n', '\n', '\r\n\r\n'),
    mostly('GET', ...METHODS),
    mostly(' ', ' ', ' ', '  ', '\t'),
    mostly('/', ...RELATIVE, ...ABSOLUTES),
    mostly(' HTTP/1.1', ' HTTP/1.1', ' HTTP/1.0', ' HTTP/1.2', ' http/1.1', ' HTTP/1.1 ', '', ' HTTP/1.10'),
    mostly('Host: x\r\n', 'host:  x.test:8080\t\r\n', ...HOSTS.map((host) => `Host: ${host}\r\n`), ''),
    fields,
    framed,
    fields,
  )
  .map(([line, method, space, target, version, host, before, [framing, body], after]) =>
    [line, method, space, target, version, '\r\n', host, before, framing, after, '\r\n', body].join(''),
  );

const STATUSES = [
  ' 200',
  ' 404 ',
  ' 500 \xff',
  ' 204 No Content',
  ' 304 Not Modified',
  ' 103 Early Hints',
  ' 099 X',
  ' 99 X',
  ' 600 X',
  ' 999 X',
  '  200 OK',
  ' 2000 OK',
  ' 200\tOK',
];

/** A response, well or oddly spelled. */
export const response = fc
  .tuple(
    mostly('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'ICY'),
    mostly(' 200 OK', ...STATUSES),
    fields,
    framed,
    fields,
  )
  .map(([version, status, before, [framing, body], after]) =>
    [version, status, '\r\n', before, framing, after, '\r\n', body].join(''),
  );

const change = fc.tuple(
  fc.nat(),
  fc.nat({ max: 8 }),
  fc.oneof(
    fc.constant(''),
    piece,
    fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join('')),
  ),
);

/** A text with a few changes: parts cut out, put in, or replaced. */
export function changed(text: fc.Arbitrary<string>, most = 2): fc.Arbitrary<string> {
  const changes = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(change, { maxLength: most }));
  return fc.tuple(text, changes).map(([whole, all]) =>
    all.reduce((now, [place, cut, put]) => {
      const index = place % (now.length + 1);
      return now.slice(0, index) + put + now.slice(index + cut);
    }, whole),
  );
}

/** Octets that never were a message. */
export const noise = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

/** How long a fuzzer runs, in milliseconds; `SPILLWAY_FUZZ_MS` sets another time. */
export const FUZZ_MS = Number(process.env.SPILLWAY_FUZZ_MS ?? 2_000);

/** As many runs as the time allows. A failure is printed with its seed and path, which repeat it. */
export const BOUNDED = {
  numRuns: 10_000_000,
  interruptAfterTimeLimit: FUZZ_MS,
  markInterruptAsFailure: false,
} as const;
