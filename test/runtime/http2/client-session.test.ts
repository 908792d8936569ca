import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordedClient } from '../support/http2-asker';
import { block, F, type Frame, frame, settings, T, u32 } from '../support/http2-frames';

const HELLO = frame(T.SETTINGS, 0, 0);
const WHOLE = F.END_HEADERS | F.END_STREAM;
const OK: readonly [string, string] = [':status', '200'];

const head = (stream: number, flags: number, ...fields: (readonly [string, string])[]) =>
  frame(T.HEADERS, flags, stream, block(...fields));
const codes = (frames: Frame[], type: number) =>
  frames.filter((one) => one.type === type).map(({ payload }) => payload.readUInt32BE(type === T.RST ? 0 : 4));

/** A client whose server has greeted it, with a stream that waits for its response. */
function client(form?: { headOnly: boolean; chunks: boolean }): RecordedClient {
  const recorded = new RecordedClient().receive(HELLO);
  recorded.open(form);
  recorded.take();
  recorded.events.length = 0;
  return recorded;
}

describe('a connection to a server', () => {
  it('begins with settings that allow no pushes, and opens one stream until the server has said what it takes', () => {
    const recorded = new RecordedClient();
    expect(recorded.session.room).toBe(1);
    recorded.open();
    expect(recorded.session.room).toBe(0);
    const [first] = recorded.take();
    expect([first.type, first.payload.readUInt16BE(0), first.payload.readUInt32BE(2)]).toEqual([T.SETTINGS, 2, 0]);
    recorded.receive(frame(T.SETTINGS, 0, 0, settings([3, 7])));
    expect([recorded.events, recorded.session.room]).toEqual([['greeted'], 6]);
    recorded.receive(frame(T.SETTINGS, 0, 0, settings([3, 0])));
    expect([recorded.events, recorded.session.room]).toEqual([['greeted'], 0]);
  });

  it('takes back what the server did not look at, and opens no more streams', () => {
    const recorded = client();
    recorded.open();
    recorded.open();
    recorded.receive(frame(T.GOAWAY, 0, 0, u32(3, 0)));
    expect(recorded.events).toEqual(['5 reset 7', 'goaway']);
    expect([recorded.session.room, recorded.session.spent]).toEqual([0, true]);
    recorded.receive(head(1, WHOLE, OK), head(3, WHOLE, OK));
    expect(recorded.events.slice(2).map((event) => event.slice(0, 6))).toEqual(['1 none', '3 none']);
  });

  it('asks for a sign of life', () => {
    const recorded = client();
    recorded.session.ping();
    const [ping] = recorded.take();
    recorded.receive(frame(T.PING, F.ACK, 0, ping.payload));
    expect(recorded.events).toEqual(['pong']);
  });

  it.each<[string, number, Buffer]>([
    ['anything but settings first', 1, Buffer.concat([head(1, WHOLE, OK)])],
    ['a push', 1, Buffer.concat([HELLO, frame(T.PUSH, 4, 1, u32(2))])],
    ['a setting that allows pushes', 1, Buffer.concat([frame(T.SETTINGS, 0, 0, settings([2, 1]))])],
    ['a stream of its own', 1, Buffer.concat([HELLO, head(2, WHOLE, OK)])],
    ['a stream that was never opened', 1, Buffer.concat([HELLO, head(3, WHOLE, OK)])],
    ['HTTP/1.1', 6, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('is ended by %s', (_, code, octets) => {
    const recorded = new RecordedClient();
    recorded.open();
    recorded.receive(octets);
    expect(codes(recorded.take(), T.GOAWAY)).toEqual([code]);
    expect(recorded.events.slice(-2)).toEqual([`1 reset ${code}`, `failed ${code}`]);
  });

  it('bears servers that refuse much', () => {
    const recorded = client();
    for (let i = 0; i < 2_000; i++) recorded.receive(frame(T.RST, 0, recorded.open().id, u32(7)));
    expect(codes(recorded.take(), T.GOAWAY)).toEqual([]);
  });
});

describe('a response', () => {
  const line = 'HTTP/1.1 200 OK\r\n';
  const any = { headOnly: false, chunks: true };

  it.each<[string, Buffer[], string[], typeof any]>([
    [
      'in chunks',
      [head(1, 4, OK, ['a', 'b']), frame(T.DATA, 1, 1, 'hi')],
      [`1 chunked ${line}a: b\r\ntransfer-encoding: chunked\r\n\r\n`, '1 data hi', '1 end '],
      any,
    ],
    [
      'with a length',
      [head(1, 4, OK, ['content-length', '2']), frame(T.DATA, 1, 1, 'hi')],
      [`1 length ${line}content-length: 2\r\n\r\n`, '1 data hi', '1 end '],
      any,
    ],
    ['without a body', [head(1, 5, OK)], [`1 none ${line}content-length: 0\r\n\r\n whole`], any],
    [
      'to HEAD',
      [head(1, 5, OK, ['content-length', '9'])],
      [`1 none ${line}content-length: 9\r\n\r\n whole`],
      { headOnly: true, chunks: true },
    ],
    [
      'with status 304',
      [head(1, 5, [':status', '304'], ['content-length', '9'])],
      ['1 none HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n whole'],
      any,
    ],
    ['with status 204', [head(1, 5, [':status', '204'])], ['1 none HTTP/1.1 204 No Content\r\n\r\n whole'], any],
    [
      'to HTTP/1.0',
      [head(1, 4, OK), frame(T.DATA, 1, 1, 'hi')],
      [`1 close ${line}\r\n`, '1 data hi', '1 end '],
      { headOnly: false, chunks: false },
    ],
    [
      'after interim ones',
      [head(1, 4, [':status', '103'], ['link', 'x']), head(1, 5, OK)],
      ['1 none HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n', `1 none ${line}content-length: 0\r\n\r\n whole`],
      any,
    ],
    [
      'with trailers',
      [head(1, 4, OK), frame(T.DATA, 0, 1, 'hi'), head(1, 5, ['x', 'y'])],
      [`1 chunked ${line}transfer-encoding: chunked\r\n\r\n`, '1 data hi', '1 end x: y\r\n'],
      any,
    ],
    [
      'of gRPC without a body',
      [head(1, 5, OK, ['content-type', 'application/grpc'], ['grpc-status', '3'])],
      [`1 chunked ${line}content-type: application/grpc\r\ngrpc-status: 3\r\ntransfer-encoding: chunked\r\n\r\n whole`],
      any,
    ],
    [
      'of gRPC with a length',
      [
        head(1, 4, OK, ['content-length', '2'], ['content-type', 'application/grpc+x']),
        frame(T.DATA, 0, 1, 'hi'),
        head(1, 5, ['grpc-status', '0']),
      ],
      [
        `1 chunked ${line}content-type: application/grpc+x\r\ntransfer-encoding: chunked\r\n\r\n`,
        '1 data hi',
        '1 end grpc-status: 0\r\n',
      ],
      any,
    ],
    [
      'with a status nobody knows',
      [head(1, 5, [':status', '599'])],
      ['1 none HTTP/1.1 599 \r\ncontent-length: 0\r\n\r\n whole'],
      any,
    ],
  ])('becomes the head that HTTP/1.1 would have: %s', (_, octets, events, form) => {
    const recorded = client(form);
    recorded.receive(...octets);
    expect(recorded.events).toEqual(events);
  });

  it.each<[string, Buffer[], typeof any]>([
    ['no status', [head(1, 5, ['a', 'b'])], any],
    ['a status behind other fields', [head(1, 5, ['a', 'b'], OK)], any],
    ['two statuses', [head(1, 5, OK, OK)], any],
    ['a status of two digits', [head(1, 5, [':status', '20'])], any],
    ['a status of 600', [head(1, 5, [':status', '600'])], any],
    ['status 101', [head(1, 4, [':status', '101'])], any],
    ['an interim response at its end', [head(1, 5, [':status', '100'])], any],
    ['a length without a body', [head(1, 5, OK, ['content-length', '1'])], any],
    ['more data than its length', [head(1, 4, OK, ['content-length', '1']), frame(T.DATA, 0, 1, 'hi')], any],
    ['less data than its length', [head(1, 4, OK, ['content-length', '3']), frame(T.DATA, 1, 1, 'hi')], any],
    ['data after HEAD', [head(1, 4, OK), frame(T.DATA, 0, 1, 'hi')], { headOnly: true, chunks: true }],
    ['data with status 304', [head(1, 4, [':status', '304']), frame(T.DATA, 0, 1, 'hi')], any],
    ['data before its head', [frame(T.DATA, 0, 1, 'hi')], any],
    ['a field of requests', [head(1, 5, OK, [':method', 'GET'])], any],
    ['transfer-encoding', [head(1, 5, OK, ['transfer-encoding', 'chunked'])], any],
    ['a second head that does not end it', [head(1, 4, OK), head(1, 4, ['a', 'b'])], any],
    ['a status in its trailers', [head(1, 4, OK), head(1, 5, OK)], any],
  ])('is malformed with %s', (_, octets, form) => {
    const recorded = client(form);
    recorded.receive(...octets);
    expect(codes(recorded.take(), T.RST)).toEqual([1]);
    expect(recorded.events.at(-1)).toBe('1 reset 1');
  });

  it('that is too large is not believed', () => {
    const recorded = client();
    recorded.receive(head(1, 5, OK, ...Array<readonly [string, string]>(600).fill(['a', 'b'])));
    expect(recorded.events).toContain('1 reset 11');
  });

  it('that comes after its request was given up is passed over, and the table stays in step', () => {
    const recorded = client();
    const [one, two] = [recorded.open(), recorded.open()];
    one.reset();
    const indexed = Buffer.from([0x88, 0x40, 1, 0x61, 1, 0x62]);
    recorded.receive(frame(T.HEADERS, 4, one.id, indexed), frame(T.DATA, 1, one.id, 'late'));
    recorded.receive(frame(T.HEADERS, 5, two.id, Buffer.from([0x88, 0xbe])));
    expect(recorded.events).toEqual([`${two.id} none HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 0\r\n\r\n whole`]);
    expect(codes(recorded.take(), T.GOAWAY)).toEqual([]);
  });
});

describe('whatever a server sends', () => {
  const id = fc.constantFrom(0, 1, 1, 3, 3, 5, 2, 7);
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
    fc.constantFrom(block(OK), block([':status', '103']), block(OK, ['content-length', '3']), block(['a', 'b'])),
    fc.constantFrom(u32(0), u32(1), u32(8), u32(3, 0), settings([4, 0]), settings([3, 1])),
  );
  const one = fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 1, 4, 4, 5, 5, 8, 37, 255), id, payload)
    .map(([type, flags, stream, octets]) => frame(type, flags, stream, octets));
  const sensible = fc.constantFrom(
    head(1, 4, OK),
    head(1, 5, OK),
    frame(T.DATA, 0, 1, 'abc'),
    frame(T.DATA, 1, 3, 'x'),
    head(3, 4, OK),
  );
  const frames = fc.array(fc.oneof(one, sensible), { maxLength: 30 });

  const asking = () => {
    const recorded = new RecordedClient().receive(HELLO);
    for (let i = 0; i < 3; i++) recorded.open().send(Buffer.alloc(50_000), 0, 50_000, true);
    return recorded;
  };

  it('never throws, stays within its bounds, and ends every stream with a reason', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const recorded = asking();
        for (const octets of list) {
          recorded.receive(octets);
          recorded.take();
        }
        expect(recorded.mostOutput).toBeLessThan(300_000);
        if (!recorded.events.some((event) => event.startsWith('failed'))) return;
        expect(recorded.session.streamCount).toBe(0);
        for (const stream of [1, 3, 5]) {
          const own = recorded.events.filter((event) => event.startsWith(`${stream} `));
          expect(own.at(-1)).toMatch(/ (reset \d+|end.*|.* whole)$/s);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same however it is cut', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 40 }), (list, length) => {
        const octets = Buffer.concat(list);
        const whole = asking().receive(octets);
        const cut = asking();
        for (let at = 0; at < octets.length; at += length) cut.receive(octets.subarray(at, at + length));
        expect(cut.events).toEqual(whole.events);
      }),
      { numRuns: 1_000 },
    );
  });
});
