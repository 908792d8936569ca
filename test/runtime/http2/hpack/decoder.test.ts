import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldKind } from '../../../../src/runtime/http2/field-kind';
import { Decoder } from '../../../../src/runtime/http2/hpack/decoder';
import { blocksByNode } from '../../support/http2-client-octets';
import { block } from '../../support/http2-frames';

const MOST = 1_000_000;

/** Fields by a decoder, as `name: value`, and `undefined` where the block is refused. */
function decode(decoder: Decoder, octets: Buffer, most = MOST): string[] | undefined {
  const fields: string[] = [];
  const sink = {
    field(_kind: number, bytes: Buffer, start: number, nameEnd: number, end: number) {
      const line = bytes.toString('latin1', start, end);
      expect(line.slice(nameEnd - start, nameEnd - start + 2)).toBe(': ');
      expect(line.endsWith('\r\n')).toBe(true);
      fields.push(line.slice(0, -2));
    },
  };
  return decoder.decode(octets, 0, octets.length, most, sink) ? fields : undefined;
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('the examples of RFC 7541', () => {
  const first = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
  const second = [...first, 'cache-control: no-cache'];
  const third = [
    ':method: GET',
    ':scheme: https',
    ':path: /index.html',
    ':authority: www.example.com',
    'custom-key: custom-value',
  ];

  it.each([
    [
      'C.3, plain',
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
    ],
    [
      'C.4, coded',
      [
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ],
    ],
  ])('%s', (_, blocks) => {
    const decoder = new Decoder();
    expect(blocks.map((one) => decode(decoder, hex(one)))).toEqual([first, second, third]);
  });

  it('C.2.4: a field that is read by its index alone', () => {
    expect(decode(new Decoder(), hex('82'))).toEqual([':method: GET']);
  });

  it('C.5, with entries that others drive out of a small table', () => {
    const decoder = new Decoder();
    const blocks = [
      // The limit of the examples, 256 octets, comes as an update first.
      '3fe101' +
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d',
      '4803333037c1c0bf',
      '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
    ];
    expect(blocks.map((one) => decode(decoder, hex(one)))).toEqual([
      [
        ':status: 302',
        'cache-control: private',
        'date: Mon, 21 Oct 2013 20:13:21 GMT',
        'location: https://www.example.com',
      ],
      [
        ':status: 307',
        'cache-control: private',
        'date: Mon, 21 Oct 2013 20:13:21 GMT',
        'location: https://www.example.com',
      ],
      [
        ':status: 200',
        'cache-control: private',
        'date: Mon, 21 Oct 2013 20:13:22 GMT',
        'location: https://www.example.com',
        'content-encoding: gzip',
        'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
      ],
    ]);
  });
});

describe('blocks that are refused', () => {
  it.each([
    ['index 0', '80'],
    ['an index beyond the tables', 'be'],
    ['a name by an index beyond the tables', '7e00'],
    ['an index that is not whole', 'ff'],
    ['an integer that goes on for too long', 'ffffffffffff7f'],
    ['a literal without a value', '4001 61'],
    ['a string that is longer than the block', '400a 61'],
    ['a size of the table beyond what was agreed on', '3fe21f'],
    ['a size of the table after a field', '8220'],
    ['a coded string that ends within a code', '4081 ff'],
    ['a coded string with padding of eight bits', '4082 1fff 00'],
    ['a coded string with padding of zeros', '4081 18 00'],
    ['a coded string with the end of a string in it', '4084 fffffffc 00'],
  ])('%s', (_, octets) => {
    expect(decode(new Decoder(), hex(octets))).toBeUndefined();
  });

  it('random octets are refused or read, and never throw', () => {
    const decoder = new Decoder();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        decode(decoder, Buffer.from(octets));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a list that is too large', () => {
  it('is counted to its end, and told up to its limit', () => {
    const decoder = new Decoder();
    const octets = block(['a', '1'.repeat(67)], ['b', '2'], ['c', '3']);
    expect(decode(decoder, octets, 100)).toEqual([`a: ${'1'.repeat(67)}`]);
    expect(decoder.listSize).toBe(100 + 34 + 34);
  });

  it('does not grow when one entry is referred to again and again', () => {
    const decoder = new Decoder();
    const insert = Buffer.concat([Buffer.from('40', 'hex'), block(['x', 'y'.repeat(4000)]).subarray(1)]);
    decode(decoder, insert);
    expect(decode(decoder, Buffer.alloc(16_000, 0xbe), 10_000)?.length).toBe(2);
    expect(decoder.listSize).toBe(16_000 * 4033);
  });
});

describe('against the encoder of Node.js', () => {
  const name = fc.stringMatching(/^x-[a-z0-9-]{1,20}$/);
  const value = fc.stringMatching(/^(|[!-~]([ -~]{0,60}[!-~])?)$/);
  const request = fc.record({
    path: fc.stringMatching(/^\/[!"$-~]{0,80}$/),
    fields: fc.dictionary(name, value, { maxKeys: 12 }),
  });

  it('reads every request of a connection as it was meant', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 20 }), async (requests) => {
        const blocks = await blocksByNode(requests.map(({ path, fields }) => ({ ':path': path, ...fields })));
        const decoder = new Decoder();
        const read = blocks.map((one) => decode(decoder, one));
        const sent = requests.map(({ path, fields }) => [
          ':method: GET',
          ':authority: x.test:80',
          ':scheme: http',
          `:path: ${path}`,
          ...Object.entries(fields).map(([key, one]) => `${key}: ${one}`),
        ]);
        expect(read.map((fields) => fields?.sort())).toEqual(sent.map((fields) => fields.sort()));
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a field is', () => {
  const kindOf = (field: readonly [string, string]) => {
    let found = -1;
    const octets = block(field);
    new Decoder().decode(octets, 0, octets.length, MOST, {
      field(kind) {
        found = kind;
      },
    });
    return found;
  };

  it.each([
    ['an upper-case name', 'X-A', '1'],
    ['an empty name', '', '1'],
    ['a name with a space', 'a b', '1'],
    ['a name with a colon', 'a:b', '1'],
    ['an unknown pseudo-header field', ':x', '1'],
    ['a value with a line end', 'a', 'b\r\nc: d'],
    ['a value with a bare LF', 'a', 'b\nc'],
    ['a value with a NUL', 'a', 'b\0'],
    ['a value that begins with a space', 'a', ' b'],
    ['a value that ends with a tab', 'a', 'b\t'],
    ['connection', 'connection', 'close'],
    ['keep-alive', 'keep-alive', '1'],
    ['proxy-connection', 'proxy-connection', 'x'],
    ['transfer-encoding', 'transfer-encoding', 'chunked'],
    ['upgrade', 'upgrade', 'websocket'],
    ['te with more than trailers', 'te', 'trailers, deflate'],
    ['a path with a line end', ':path', '/ HTTP/1.1\r\nx: y'],
  ])('%s is forbidden', (_, name, value) => {
    expect(kindOf([name, value])).toBe(FieldKind.FORBIDDEN);
  });

  it.each([
    ['te: trailers', 'te', 'trailers', FieldKind.TE],
    ['an empty value', 'a', '', FieldKind.REGULAR],
    ['a value with octets above ASCII', 'a', '\xe4', FieldKind.REGULAR],
    ['a cookie', 'cookie', 'a=b', FieldKind.COOKIE],
  ])('%s is not', (_, name, value, kind) => {
    expect(kindOf([name, value])).toBe(kind);
  });
});
