import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  block,
  F,
  type Frame,
  frame,
  GET,
  hpackString,
  POST,
  PREFACE,
  settings,
  T,
  u32,
} from '../support/http2-frames';
import { RecordedServer } from '../support/http2-server';

const HELLO = Buffer.concat([Buffer.from(PREFACE), frame(T.SETTINGS, 0, 0)]);
const WHOLE = F.END_HEADERS | F.END_STREAM;

const get = (stream: number, ...fields: (readonly [string, string])[]) =>
  frame(T.HEADERS, WHOLE, stream, block(...GET, ...fields));
const post = (stream: number, ...fields: (readonly [string, string])[]) =>
  frame(T.HEADERS, F.END_HEADERS, stream, block(...POST, ...fields));
const data = (stream: number, text: string, flags = 0) => frame(T.DATA, flags, stream, text);

const [PROTOCOL, FLOW, CLOSED, SIZE, REFUSED, COMPRESSION, CALM] = [1, 3, 5, 6, 7, 9, 11];

/** A session that has been greeted, and what it has said of itself is out of the way. */
function server(...args: ConstructorParameters<typeof RecordedServer>): RecordedServer {
  const recorded = new RecordedServer(...args).receive(HELLO);
  recorded.take();
  return recorded;
}

const goaway = (frames: Frame[]) =>
  frames.filter(({ type }) => type === T.GOAWAY).map(({ payload }) => payload.readUInt32BE(4));
const resets = (frames: Frame[]) =>
  frames.filter(({ type }) => type === T.RST).map(({ stream, payload }) => [stream, payload.readUInt32BE(0)]);

describe('a connection', () => {
  it('begins with settings on both sides, and acknowledges the other ones', () => {
    const frames = new RecordedServer().receive(HELLO).take();
    expect(frames.map(({ type, flags }) => [type, flags])).toEqual([
      [T.SETTINGS, 0],
      [T.WINDOW, 0],
      [T.SETTINGS, F.ACK],
    ]);
  });

  it.each<[string, number, (Buffer | string)[]]>([
    ['another preface', PROTOCOL, ['PRI * HTTP/2.1\r\n']],
    ['anything but settings first', PROTOCOL, [PREFACE, frame(T.PING, 0, 0, '12345678')]],
    ['an acknowledgement first', PROTOCOL, [PREFACE, frame(T.SETTINGS, F.ACK, 0)]],
    ['a frame that is too large', SIZE, [HELLO, post(1), Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 1])]],
    ['DATA on stream 0', PROTOCOL, [HELLO, data(0, 'x')]],
    ['HEADERS on stream 0', PROTOCOL, [HELLO, get(0)]],
    ['HEADERS on an even stream', PROTOCOL, [HELLO, get(2)]],
    ['a stream below the last', PROTOCOL, [HELLO, get(5), get(3)]],
    ['HEADERS on a stream that both sides have ended', CLOSED, [HELLO, get(1), 'answer', get(1)]],
    ['DATA on a stream that was never opened', PROTOCOL, [HELLO, data(1, 'x')]],
    ['RST_STREAM on a stream that was never opened', PROTOCOL, [HELLO, frame(T.RST, 0, 1, u32(8))]],
    ['RST_STREAM of another size', SIZE, [HELLO, get(1), frame(T.RST, 0, 1, '12345')]],
    ['WINDOW_UPDATE on a stream that was never opened', PROTOCOL, [HELLO, frame(T.WINDOW, 0, 1, u32(1))]],
    ['WINDOW_UPDATE of another size', SIZE, [HELLO, frame(T.WINDOW, 0, 0, '123')]],
    ['WINDOW_UPDATE by nothing', PROTOCOL, [HELLO, frame(T.WINDOW, 0, 0, u32(0))]],
    ['a window beyond 2^31-1', FLOW, [HELLO, frame(T.WINDOW, 0, 0, u32(0x7fffffff))]],
    ['PRIORITY on stream 0', PROTOCOL, [HELLO, frame(T.PRIORITY, 0, 0, '12345')]],
    ['PRIORITY of another size on a stream that cannot be reset', SIZE, [HELLO, frame(T.PRIORITY, 0, 1, '1234')]],
    ['PUSH_PROMISE', PROTOCOL, [HELLO, frame(T.PUSH, 0, 1, u32(2))]],
    ['SETTINGS on a stream', PROTOCOL, [HELLO, frame(T.SETTINGS, 0, 1)]],
    ['SETTINGS of another size', SIZE, [HELLO, frame(T.SETTINGS, 0, 0, '12345')]],
    ['an acknowledgement with settings', SIZE, [HELLO, frame(T.SETTINGS, F.ACK, 0, settings([4, 1]))]],
    ['ENABLE_PUSH of 2', PROTOCOL, [HELLO, frame(T.SETTINGS, 0, 0, settings([2, 2]))]],
    ['INITIAL_WINDOW_SIZE of 2^31', FLOW, [HELLO, frame(T.SETTINGS, 0, 0, settings([4, 0x80000000]))]],
    ['MAX_FRAME_SIZE below 16384', PROTOCOL, [HELLO, frame(T.SETTINGS, 0, 0, settings([5, 16_383]))]],
    ['MAX_FRAME_SIZE above 2^24-1', PROTOCOL, [HELLO, frame(T.SETTINGS, 0, 0, settings([5, 0x1000000]))]],
    [
      'INITIAL_WINDOW_SIZE that puts a stream beyond 2^31-1',
      FLOW,
      [HELLO, post(1), frame(T.WINDOW, 0, 1, u32(0x7fffffff - 65_535)), frame(T.SETTINGS, 0, 0, settings([4, 65_536]))],
    ],
    ['PING on a stream', PROTOCOL, [HELLO, frame(T.PING, 0, 1, '12345678')]],
    ['PING of another size', SIZE, [HELLO, frame(T.PING, 0, 0, '1234567')]],
    ['GOAWAY on a stream', PROTOCOL, [HELLO, frame(T.GOAWAY, 0, 1, '12345678')]],
    ['GOAWAY that is too short', SIZE, [HELLO, frame(T.GOAWAY, 0, 0, '1234567')]],
    ['CONTINUATION without a block', PROTOCOL, [HELLO, frame(T.CONTINUATION, F.END_HEADERS, 1)]],
    ['another frame within a block', PROTOCOL, [HELLO, frame(T.HEADERS, 0, 1), frame(T.PING, 0, 0, '12345678')]],
    ['an unknown frame within a block', PROTOCOL, [HELLO, frame(T.HEADERS, 0, 1), frame(99, 0, 0)]],
    ['CONTINUATION of another stream', PROTOCOL, [HELLO, frame(T.HEADERS, 0, 1), frame(T.CONTINUATION, 4, 3)]],
    ['a block that cannot be read', COMPRESSION, [HELLO, frame(T.HEADERS, WHOLE, 1, Buffer.from('80', 'hex'))]],
    ['padding longer than HEADERS', PROTOCOL, [HELLO, frame(T.HEADERS, WHOLE | F.PADDED, 1, Buffer.from([9, 1]))]],
    ['HEADERS without room for its priority', SIZE, [HELLO, frame(T.HEADERS, WHOLE | F.PRIORITY, 1, '1234')]],
    ['padding as long as DATA', PROTOCOL, [HELLO, post(1), frame(T.DATA, F.PADDED, 1, Buffer.from([2, 1]))]],
    ['DATA without room for the length of its padding', SIZE, [HELLO, post(1), frame(T.DATA, F.PADDED, 1)]],
  ])('is ended by %s', (_, code, octets) => {
    const recorded = new RecordedServer((stream) => {
      if (octets.includes('answer')) stream.send(Buffer.from('x'), 0, 1, true);
    }).receive(...octets.filter((part) => part !== 'answer'));
    expect(goaway(recorded.take())).toEqual([code]);
    expect(recorded.events.at(-1)).toBe(`failed ${code}`);
    recorded.receive(frame(T.PING, 0, 0, '12345678'));
    expect(recorded.take()).toEqual([]);
  });

  it('tells in GOAWAY which stream was the last that it looked at', () => {
    const frames = server().receive(get(7), data(0, 'x')).take();
    expect(frames.find(({ type }) => type === T.GOAWAY)?.payload.readUInt32BE(0)).toBe(7);
  });

  it('answers a PING with what it carried', () => {
    const frames = server()
      .receive(frame(T.PING, 0, 0, 'abcdefgh'))
      .take();
    expect(frames).toEqual([{ type: T.PING, flags: F.ACK, stream: 0, payload: Buffer.from('abcdefgh') }]);
  });

  it('passes over what it does not know', () => {
    const unknown = [
      frame(T.SETTINGS, 0, 0, settings([0x99, 1], [1, 0xffffffff], [6, 1])),
      frame(0xbe, 0xff, 3, 'whatever'),
      frame(0xbe, 0, 0),
      frame(T.PING, F.ACK, 0, '12345678'),
      frame(T.PRIORITY, 0, 9, '12345'),
    ];
    const recorded = server().receive(...unknown, get(1));
    expect(recorded.events).toHaveLength(1);
    expect(recorded.take().map(({ type }) => type)).toEqual([T.SETTINGS]);
  });
});

describe('a request', () => {
  const head = (fields: string) => `1 GET / HTTP/1.1\r\nhost: x.test\r\n${fields}\r\n whole`;

  it.each<[string, (readonly [string, string])[], string]>([
    ['a plain one', [['accept', '*/*']], 'accept: */*\r\n'],
    [
      'cookies in several fields',
      [
        ['cookie', 'a=1'],
        ['x', 'y'],
        ['cookie', 'b=2'],
      ],
      'x: y\r\ncookie: a=1; b=2\r\n',
    ],
    ['te: trailers', [['te', 'trailers']], ''],
    ['the same host twice', [['host', 'x.test']], ''],
    ['a length of nothing', [['content-length', '0']], 'content-length: 0\r\n'],
  ])('becomes the head that HTTP/1.1 would have: %s', (_, fields, expected) => {
    expect(server().receive(get(1, ...fields)).events).toEqual([head(expected)]);
  });

  it('says that its body is in chunks where it has no length, and that it has none where one is usual', () => {
    const recorded = server().receive(
      post(1),
      post(3, ['content-length', '2']),
      frame(T.HEADERS, WHOLE, 5, block(...POST)),
    );
    expect(recorded.events).toEqual([
      '1 POST / HTTP/1.1\r\nhost: x.test\r\ntransfer-encoding: chunked\r\n\r\n',
      '3 POST / HTTP/1.1\r\nhost: x.test\r\ncontent-length: 2\r\n\r\n',
      '5 POST / HTTP/1.1\r\nhost: x.test\r\ncontent-length: 0\r\n\r\n whole',
    ]);
  });

  it('may name its host in a field', () => {
    const recorded = server().receive(frame(T.HEADERS, WHOLE, 1, block(...GET.slice(0, 3), ['host', 'y.test'])));
    expect(recorded.events).toEqual(['1 GET / HTTP/1.1\r\nhost: y.test\r\n\r\n whole']);
  });

  it('goes on with data, padding left out, and ends with trailers', () => {
    const padded = frame(T.DATA, F.PADDED, 1, Buffer.from('\x03lo!\0\0\0', 'latin1'));
    const trailers = frame(T.HEADERS, WHOLE, 1, block(['x-sum', '1'], ['content-length', '9']));
    const recorded = server().receive(post(1), data(1, 'hel'), padded, trailers);
    expect(recorded.events.slice(1)).toEqual(['1 data hello!', '1 end x-sum: 1\r\n']);
  });

  it('may be cut into frames in any way, with priority and padding', () => {
    const whole = block(...GET, ['a', 'b']);
    const first = Buffer.concat([
      Buffer.from([4]),
      u32(0x80000003),
      Buffer.from([1]),
      whole.subarray(0, 7),
      Buffer.alloc(4),
    ]);
    const recorded = server().receive(
      frame(T.HEADERS, F.END_STREAM | F.PADDED | F.PRIORITY, 1, first),
      frame(T.CONTINUATION, 0, 1),
      frame(T.CONTINUATION, 0, 1, whole.subarray(7, 20)),
      frame(T.CONTINUATION, F.END_HEADERS, 1, whole.subarray(20)),
    );
    expect(recorded.events).toEqual([head('a: b\r\n')]);
  });

  const [method, scheme, path, authority] = GET;
  it.each<[string, (readonly [string, string])[]]>([
    ['no method', [scheme, path, authority]],
    ['no scheme', [method, path, authority]],
    ['no path', [method, scheme, authority]],
    ['an empty path', [method, scheme, [':path', ''], authority]],
    ['a path that is none', [method, scheme, [':path', 'x'], authority]],
    ['an absolute URL as its path', [method, scheme, [':path', 'http://y.test/'], authority]],
    ['a space in its path', [method, scheme, [':path', '/ HTTP/1.1'], authority]],
    ['a space in its method', [[':method', 'GET /x'], scheme, path, authority]],
    ['two methods', [method, method, scheme, path]],
    ['two paths', [method, scheme, path, path]],
    ['two schemes', [method, scheme, scheme, path]],
    ['two authorities', [...GET, authority]],
    ['a scheme that is none', [method, [':scheme', 'http://evil/'], path, authority]],
    ['a pseudo-header field after others', [method, scheme, ['a', 'b'], path]],
    ['a pseudo-header field of responses', [...GET, [':status', '200']]],
    ['another host in a field', [...GET, ['host', 'y.test']]],
    ['a name in capitals', [...GET, ['X', 'y']]],
    ['connection', [...GET, ['connection', 'close']]],
    ['transfer-encoding', [...GET, ['transfer-encoding', 'chunked']]],
    ['te with more than trailers', [...GET, ['te', 'gzip']]],
    ['a length without a body', [...GET, ['content-length', '1']]],
    ['a length that is none', [...GET, ['content-length', '+0']]],
    ['two lengths', [...GET, ['content-length', '0'], ['content-length', '0']]],
    ['CONNECT with a path', [[':method', 'CONNECT'], path, authority]],
    ['CONNECT without an authority', [[':method', 'CONNECT']]],
  ])('is malformed with %s', (_, fields) => {
    const recorded = server().receive(frame(T.HEADERS, WHOLE, 1, block(...fields)));
    expect(resets(recorded.take())).toEqual([[1, PROTOCOL]]);
    expect(recorded.events).toEqual([]);
  });

  it.each<[string, number, Buffer[]]>([
    ['more data than its length says', PROTOCOL, [post(1, ['content-length', '2']), data(1, 'abc')]],
    ['less data than its length says', PROTOCOL, [post(1, ['content-length', '2']), data(1, 'a', F.END_STREAM)]],
    ['a second head that does not end it', PROTOCOL, [post(1), frame(T.HEADERS, F.END_HEADERS, 1, block(['a', 'b']))]],
    ['a pseudo-header field in its trailers', PROTOCOL, [post(1), get(1)]],
    ['data after its end', CLOSED, [get(1), data(1, 'x')]],
    ['trailers after its end', CLOSED, [get(1), get(1)]],
    ['a window beyond 2^31-1', FLOW, [post(1), frame(T.WINDOW, 0, 1, u32(0x7fffffff))]],
    ['a window opened by nothing', PROTOCOL, [post(1), frame(T.WINDOW, 0, 1, u32(0))]],
    [
      'a stream that depends on itself',
      PROTOCOL,
      [post(1), frame(T.PRIORITY, 0, 1, Buffer.concat([u32(1), Buffer.alloc(1)]))],
    ],
    ['a priority of another size', SIZE, [post(1), frame(T.PRIORITY, 0, 1, '1234')]],
  ])('is ended by %s, and the connection goes on', (_, code, octets) => {
    const recorded = server().receive(...octets);
    expect(resets(recorded.take())).toEqual([[1, code]]);
    expect(recorded.events).toContain(`1 reset ${code}`);
    recorded.receive(get(3));
    expect(recorded.events.at(-1)).toMatch(/^3 GET/);
  });

  it('is refused beyond the number that was agreed on, and not looked at', () => {
    const recorded = server(undefined, 2).receive(get(1), get(3), get(5));
    expect(resets(recorded.take())).toEqual([[5, REFUSED]]);
    expect(recorded.events).toHaveLength(2);
  });

  it('is told as too large where its fields are, and the table stays in step', () => {
    const indexed = Buffer.concat([Buffer.from([0x40]), hpackString('a'), hpackString('b'.repeat(3000))]);
    const recorded = server(undefined, 100, 2000);
    recorded.receive(frame(T.HEADERS, WHOLE, 1, Buffer.concat([block(...GET), indexed])));
    recorded.receive(frame(T.HEADERS, WHOLE, 3, Buffer.concat([block(...GET), Buffer.from([0xbe])])));
    expect(recorded.events).toEqual(['1 too large whole', '3 too large whole']);
  });

  it('may be reset, after which what was on its way is passed over', () => {
    const recorded = server((stream) => stream.reset(8)).receive(
      post(1),
      data(1, 'late', F.END_STREAM),
      frame(T.RST, 0, 1, u32(8)),
    );
    expect(resets(recorded.take())).toEqual([[1, 8]]);
    expect(recorded.events.slice(1)).toEqual(['idle']);
  });
});

describe('windows', () => {
  const big = Buffer.alloc(200_000, 'x');
  const sizes = (frames: Frame[]) => frames.filter(({ type }) => type === T.DATA).map(({ payload }) => payload.length);

  it('let no more be sent than they allow, of the stream and of the connection', () => {
    let sent = 0;
    const recorded = server((stream) => {
      sent = stream.send(big, 0, big.length, true);
    }).receive(get(1));
    expect(sent).toBe(65_535);
    expect(sizes(recorded.take()).reduce((sum, size) => sum + size)).toBe(65_535);
    recorded.receive(frame(T.WINDOW, 0, 1, u32(100)));
    expect(recorded.events).not.toContain('1 writable');
    recorded.receive(frame(T.WINDOW, 0, 0, u32(50)));
    expect(recorded.events).toContain('1 writable');
    expect(recorded.streams.get(1)?.send(big, sent, big.length, true)).toBe(sent + 50);
  });

  it('that are a single octet wide let single octets through', () => {
    const recorded = server((stream) => stream.send(big, 0, 3, true));
    recorded.receive(frame(T.SETTINGS, 0, 0, settings([4, 1])), get(1));
    expect(sizes(recorded.take())).toEqual([1]);
  });

  it('may become negative, and then nothing is sent until they are open again', () => {
    const recorded = server((stream) => stream.send(big, 0, 10, false)).receive(get(1));
    recorded.receive(frame(T.SETTINGS, 0, 0, settings([4, 4])));
    const stream = recorded.streams.get(1);
    expect(stream?.sendWindow).toBe(-6);
    expect(stream?.send(big, 10, 20, false)).toBe(10);
    recorded.receive(frame(T.WINDOW, 0, 1, u32(6)));
    expect(recorded.events).not.toContain('1 writable');
    recorded.receive(frame(T.WINDOW, 0, 1, u32(1)));
    expect(recorded.events).toContain('1 writable');
  });

  it('serve streams in turn when they share the connection’s', () => {
    const left = new Map<number, number>();
    const recorded = server((stream, user) => {
      left.set(stream.id, stream.send(big, 0, 40_000, true));
      user.onStreamWritable = () => left.set(stream.id, stream.send(big, left.get(stream.id) as number, 40_000, true));
    });
    recorded.receive(get(1), get(3), get(5));
    recorded.take();
    recorded.receive(frame(T.WINDOW, 0, 0, u32(100_000)));
    const order = recorded
      .take()
      .filter(({ type }) => type === T.DATA)
      .map(({ stream }) => stream);
    expect(order.slice(0, 2)).toEqual([3, 5]);
    expect([...left.values()]).toEqual([40_000, 40_000, 40_000]);
  });

  it('of this side are opened as data is dealt with, padding at once', () => {
    const recorded = server().receive(post(1));
    for (let i = 0; i < 20; i++) recorded.receive(frame(T.DATA, F.PADDED, 1, Buffer.alloc(16_384, 255)));
    const opened = recorded.take().filter(({ type }) => type === T.WINDOW);
    const of = (id: number) =>
      opened.filter(({ stream }) => stream === id).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
    expect(of(1)).toBeGreaterThan(20 * 16_384 - 131_072);
    expect(of(1)).toBeLessThanOrEqual(20 * 16_384);
  });

  it('of this side are enforced, of a stream and of the connection', () => {
    const full = Buffer.alloc(16_384);
    const recorded = server((_, user) => {
      user.onStreamData = () => {};
    });
    const fill = (id: number, times: number) => {
      recorded.receive(post(id));
      for (let i = 0; i < times; i++) recorded.receive(frame(T.DATA, 0, id, full));
    };
    fill(1, 17);
    expect(resets(recorded.take())).toEqual([[1, FLOW]]);
    for (const id of [3, 5, 7, 9, 11]) fill(id, 16);
    expect(goaway(recorded.take())).toEqual([FLOW]);
  });

  it('of the connection are given back with a stream that ends before its data was dealt with', () => {
    const full = Buffer.alloc(16_384);
    const recorded = server((stream, user) => {
      user.onStreamData = () => stream.reset(8);
    });
    for (let id = 1; id < 401; id += 2)
      recorded.receive(post(id), frame(T.DATA, 0, id, full), frame(T.DATA, 0, id, full));
    expect(goaway(recorded.take())).toEqual([]);
  });
});

describe('a client that costs more than it asks for', () => {
  const many = (count: number, octets: (i: number) => Buffer) => Array.from({ length: count }, (_, i) => octets(i));

  it.each<[string, (i: number) => Buffer]>([
    ['resets what it asks for', (i) => Buffer.concat([get(2 * i + 1), frame(T.RST, 0, 2 * i + 1, u32(8))])],
    [
      'makes this side reset what it asks for',
      (i) => Buffer.concat([post(2 * i + 1), frame(T.WINDOW, 0, 2 * i + 1, u32(0))]),
    ],
    ['wants PINGs to be answered', () => frame(T.PING, 0, 0, '12345678')],
    ['wants SETTINGS to be acknowledged', () => frame(T.SETTINGS, 0, 0)],
    ['sends frames of DATA without data', (i) => (i === 0 ? post(1) : data(1, ''))],
    ['sends priorities', () => frame(T.PRIORITY, 0, 1, '12345')],
  ])('is sent away when it %s', (_, octets) => {
    const recorded = server().receive(...many(1_100, octets));
    expect(goaway(recorded.take())).toEqual([CALM]);
  });

  it('is borne with when it does so seldom', () => {
    const recorded = server();
    for (let i = 0; i < 3_000; i++) {
      recorded.now += 20;
      recorded.receive(frame(T.PING, 0, 0, '12345678'));
    }
    expect(goaway(recorded.take())).toEqual([]);
  });

  it('is sent away when a block has too many frames, or too many octets', () => {
    const small = server().receive(frame(T.HEADERS, 0, 1), ...many(40, () => frame(T.CONTINUATION, 0, 1, 'x')));
    expect(goaway(small.take())).toEqual([CALM]);
    const large = server().receive(
      frame(T.HEADERS, 0, 1),
      ...many(3, () => frame(T.CONTINUATION, 0, 1, Buffer.alloc(16_384))),
    );
    expect(goaway(large.take())).toEqual([CALM]);
  });
});

describe('the end of a connection', () => {
  it('is told in two steps, so that no request is lost on the way', () => {
    const recorded = server().receive(get(1));
    recorded.session.goAway();
    const [first, ping] = recorded.take();
    expect([first.type, first.payload.readUInt32BE(0), first.payload.readUInt32BE(4)]).toEqual([
      T.GOAWAY,
      0x7fffffff,
      0,
    ]);
    recorded.receive(get(3), frame(T.PING, F.ACK, 0, ping.payload), get(5));
    expect(recorded.events.map((event) => event[0])).toEqual(['1', '3']);
    const [second] = recorded.take();
    expect([second.type, second.payload.readUInt32BE(0)]).toEqual([T.GOAWAY, 3]);
  });

  it('reaches every stream', () => {
    const recorded = server().receive(get(1), post(3));
    recorded.session.lost(8);
    expect(recorded.events.slice(2)).toEqual(['1 reset 8', '3 reset 8']);
  });
});

describe('whatever comes', () => {
  const id = fc.constantFrom(0, 1, 1, 3, 3, 5, 2, 7, 0x7fffffff);
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
    fc.constantFrom(block(...GET), block(...POST), block(['a', 'b']), block(...POST, ['content-length', '3'])),
    fc.constantFrom(
      u32(0),
      u32(1),
      u32(8),
      u32(0x7fffffff),
      u32(3, 8),
      settings([4, 0]),
      settings([4, 100_000], [3, 1]),
    ),
  );
  const any = fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 1, 4, 5, 5, 5, 8, 13, 32, 37, 255), id, payload)
    .map(([type, flags, stream, octets]) => frame(type, flags, stream, octets));
  const sensible = fc.constantFrom(
    get(1),
    post(1),
    post(3),
    data(1, 'abc'),
    data(3, 'x', 1),
    get(5),
    frame(T.WINDOW, 0, 0, u32(9)),
  );
  const frames = fc.array(fc.oneof(any, sensible), { maxLength: 30 });

  /** A server that answers in the usual ways. */
  const answering = () =>
    server((stream, user) => {
      if (stream.id % 3 === 0) return;
      const octets = Buffer.alloc(100_000, 'a');
      let at = stream.send(octets, 0, octets.length, true);
      user.onStreamWritable = () => {
        at = stream.send(octets, at, octets.length, true);
      };
    });

  it('never throws, stays within its bounds, and ends with a reason', () => {
    fc.assert(
      fc.property(frames, fc.uint8Array({ maxLength: 60 }), (list, rest) => {
        const recorded = answering();
        let last: Frame[] = [];
        for (const octets of [...list, Buffer.from(rest)]) {
          recorded.receive(octets);
          const sent = recorded.take();
          if (sent.length > 0) last = sent;
        }
        expect(recorded.mostOutput).toBeLessThan(300_000);
        expect(recorded.session.streamCount).toBeLessThanOrEqual(100);
        const failure = recorded.events.find((event) => event.startsWith('failed'));
        if (failure === undefined) return;
        expect(last.at(-1)?.type).toBe(T.GOAWAY);
        expect(`failed ${last.at(-1)?.payload.readUInt32BE(4)}`).toBe(failure);
        expect(recorded.session.streamCount).toBe(0);
      }),
      { numRuns: 1_500 },
    );
  });

  it('means the same however it is cut', () => {
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        (list, lengths) => {
          const octets = Buffer.concat([HELLO, ...list]);
          const whole = new RecordedServer().receive(octets);
          const cut = new RecordedServer();
          for (let at = 0, i = 0; at < octets.length; i++) {
            const end = Math.min(octets.length, at + lengths[i % lengths.length]);
            cut.receive(octets.subarray(at, end));
            at = end;
          }
          expect(cut.events).toEqual(whole.events);
          expect(cut.take()).toEqual(whole.take());
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
