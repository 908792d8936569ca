import { describe, expect, it } from 'vitest';
import {
  block,
  F,
  frame,
  framesOf,
  GET as GET_FIELDS,
  POST as POST_FIELDS,
  PREFACE,
  settings,
  T,
} from '../support/http2-frames';
import { TRANSPORTS } from '../support/serve';
import { ok } from '../support/upstream';
import { clientOf, Stage } from './stage';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n';
const INITIAL_WINDOW = 4;

describe.each(TRANSPORTS)('a half-open connection over %s', (transport) => {
  it('of a client that sends no more brings the answers to all that it has asked', async () => {
    const stage = await Stage.open(transport, (target) => target.send(ok('one')));
    const client = await clientOf(stage);
    client.socket.end(GET + GET.replace('/', '/bystander'));
    expect(await client.all()).toBe(ok('one') + ok('fine'));
    expect(client.ended).toBe('end');
    await stage.settled(2);
  });

  it('of a client whose request is not whole ends, and with it the request to the target', async () => {
    const stage = await Stage.open(transport, () => {});
    const client = await clientOf(stage);
    client.send(`${POST}bo`);
    const target = await stage.next();
    client.socket.end();
    await target.end();
    expect([await client.all(), client.ended]).toEqual(['', 'end']);
    await stage.settled();
  });

  it('of an HTTP/2 client brings the answers to what is whole, as far as it has said that it takes them', async () => {
    const stage = await Stage.open(transport, (target) => {
      if (!target.received.startsWith('POST'))
        target.send(ok(target.received.startsWith('GET /late') ? 'hello' : 'hi'));
    });
    const client = await clientOf(stage);
    const path = (text: string) => GET_FIELDS.map(([name, value]) => [name, name === ':path' ? text : value] as const);
    client.send(
      Buffer.concat([
        Buffer.from(PREFACE),
        frame(T.SETTINGS, 0, 0, settings([INITIAL_WINDOW, 3])),
        frame(T.HEADERS, F.END_HEADERS | F.END_STREAM, 1, block(...path('/late'))),
        frame(T.HEADERS, F.END_HEADERS, 3, block(...POST_FIELDS)),
        frame(T.DATA, 0, 3, 'some'),
      ]),
    );
    const frames = () => framesOf(Buffer.from(client.received, 'latin1'));
    await client.until(() => frames().some(({ type, stream }) => type === T.DATA && stream === 1));
    client.send(frame(T.HEADERS, F.END_HEADERS | F.END_STREAM, 5, block(...path('/early'))));
    client.socket.end();
    await client.all();
    const data = (id: number) =>
      frames()
        .filter(({ type, stream }) => type === T.DATA && stream === id)
        .map(({ payload }) => `${payload}`)
        .join('');
    expect([data(1), data(3), data(5)]).toEqual(['hel', '', 'hi']);
    await stage.settled(3);
  });

  it('of a target that has sent its whole answer is not used again', async () => {
    const stage = await Stage.open(transport, (target) => void target.socket.end(ok('last')));
    const client = await clientOf(stage);
    for (let round = 0; round < 3; round++) {
      client.received = '';
      client.send(GET);
      const target = await stage.next();
      expect(await client.until('last')).toBe(ok('last'));
      await target.end();
    }
    client.close();
    await stage.settled();
  });

  it('of a target that sends no more before it has answered is 502, though it would read on', async () => {
    const stage = await Stage.open(transport, (target) => void target.socket.end());
    const client = await clientOf(stage);
    client.send(`${POST}bo`);
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
    await (await stage.next()).end();
    client.close();
    await stage.settled();
  });

  it('of a target that reads no end of its own answer’s connection is closed at once', async () => {
    const stage = await Stage.open(transport, (target) => void target.socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
    const client = await clientOf(stage);
    client.send(GET);
    expect(await client.all()).toMatch(/to the end$/);
    await (await stage.next()).end();
    client.close();
    await stage.settled();
  });
});
