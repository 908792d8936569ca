import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { block, F, frame, POST as POST_FIELDS, PREFACE, T } from '../support/http2-frames';
import { ask, http2Client } from '../support/http2-peer';
import type { Peer } from '../support/peer';
import { TRANSPORTS } from '../support/serve';
import { clientOf, Stage } from './stage';

const REQUEST = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
const REQUEST_END = /abc\r\n0\r\n\r\n$/;
const RESPONSE = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n';
const HEAD_LENGTH = RESPONSE.indexOf('\r\n\r\n') + 4;
const HTTP2_REQUEST = Buffer.concat([
  Buffer.from(PREFACE),
  frame(T.SETTINGS, 0, 0),
  frame(T.HEADERS, F.END_HEADERS, 1, block(...POST_FIELDS)),
  frame(T.DATA, F.END_STREAM, 1, 'abc'),
]);

/** Every place in some octets: before the first, between two, behind the last. */
const places = ({ length }: { length: number }) => Array.from({ length: length + 1 }, (_, at) => at);

const WAYS = {
  reset: (peer: Peer) => void peer.socket.resetAndDestroy(),
  close: (peer: Peer) => void peer.socket.end(),
};
const EACH_WAY = Object.entries(WAYS);

/** Sends a part, and then breaks off. */
function breakOff(peer: Peer, part: string, way: (peer: Peer) => void): void {
  if (part === '') way(peer);
  else peer.socket.write(Buffer.from(part, 'latin1'), () => way(peer));
}

/** Sends the response once the request is whole. */
const whole = (target: Peer) =>
  void target.until(REQUEST_END).then(
    () => target.send(RESPONSE),
    () => {},
  );

describe.each(TRANSPORTS)('what breaks off at any octet over %s', (transport) => {
  it.each(EACH_WAY)('is a request: by %s of its client', async (name, way) => {
    const stage = await Stage.open(transport, whole);
    await Promise.all(
      places(REQUEST).map(async (at) => {
        const client = await clientOf(stage);
        client.send(REQUEST.slice(0, at));
        await wait(at % 7);
        way(client);
        if (name === 'reset') return;
        // A client that only sends no more gets the answer to what is whole.
        expect([at, await client.all(), client.ended]).toEqual([at, at < REQUEST.length ? '' : RESPONSE, 'end']);
        client.close();
      }),
    );
    await stage.settled(2);
  });

  it.each(EACH_WAY)('is a request over HTTP/2: by %s of its client', async (_, way) => {
    const stage = await Stage.open(transport, whole);
    await Promise.all(
      places(HTTP2_REQUEST).map(async (at) => {
        const client = await clientOf(stage);
        client.send(HTTP2_REQUEST.subarray(0, at));
        await wait(at % 7);
        way(client);
        await client.end();
        client.close();
      }),
    );
    await stage.settled(2);
  });

  it('is a response that its client does not want any more', async () => {
    const stage = await Stage.open(transport, () => {});
    await stage.undisturbed();
    for (const at of places(RESPONSE)) {
      const client = await clientOf(stage);
      client.send(REQUEST);
      const target = await stage.next();
      await target.until(REQUEST_END);
      target.send(RESPONSE.slice(0, at));
      if (at >= HEAD_LENGTH) await client.until((received) => received.length >= at);
      client.socket.resetAndDestroy();
      // One that has given its whole response may wait for the next request.
      if (at < RESPONSE.length) await target.end();
      else target.close();
    }
    await stage.settled();
  });

  it.each(EACH_WAY)('is a response: by %s of the target', async (_, way) => {
    let at = 0;
    const stage = await Stage.open(transport, (target) => {
      const part = RESPONSE.slice(0, at);
      target.until(REQUEST_END).then(
        () => breakOff(target, part, way),
        () => {},
      );
    });
    for (at of places(RESPONSE)) {
      const client = await clientOf(stage);
      client.send(REQUEST);
      if (at < HEAD_LENGTH) expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
      else if (at === RESPONSE.length) expect(await client.until('0\r\n\r\n')).toBe(RESPONSE);
      else {
        expect([at, await client.end()]).toEqual([at, 'reset']);
        expect(RESPONSE.startsWith(client.received)).toBe(true);
      }
      client.close();
    }
    await stage.settled();
  });

  it('is a body without a length: only a close is its end, no reset', async () => {
    const part = 'HTTP/1.1 200 OK\r\n\r\nall of it, or half?';
    let way = WAYS.close;
    const stage = await Stage.open(transport, (target) => {
      target.until(REQUEST_END).then(
        () => breakOff(target, part, way),
        () => {},
      );
    });
    for (way of [WAYS.close, WAYS.reset]) {
      const client = await clientOf(stage);
      client.send(REQUEST);
      expect(await client.end()).toBe(way === WAYS.reset ? 'reset' : 'end');
      const got = ask(await http2Client(stage.url), { ':method': 'POST' }, 'abc');
      if (way === WAYS.reset) await expect(got).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
      else expect(`${(await got).body}`).toBe('all of it, or half?');
      client.close();
    }
  });

  it.each(EACH_WAY)('is a response to HTTP/2: by %s of the target', async (_, way) => {
    let at = 0;
    const stage = await Stage.open(transport, (target) => {
      const part = RESPONSE.slice(0, at);
      target.until(REQUEST_END).then(
        () => breakOff(target, part, way),
        () => {},
      );
    });
    const client = await http2Client(stage.url);
    for (at of places(RESPONSE)) {
      const got = await ask(client, { ':method': 'POST' }, 'abc').catch((error: Error) => error.message);
      if (at < HEAD_LENGTH) expect(got).toMatchObject({ status: 502 });
      else if (at === RESPONSE.length) expect(got).toMatchObject({ status: 200, body: Buffer.from('hi') });
      else expect([at, got]).toEqual([at, expect.stringContaining('NGHTTP2_INTERNAL_ERROR')]);
    }
    expect(client.destroyed).toBe(false);
    client.destroy();
    await stage.settled();
  });

  it.each(EACH_WAY)('is what the target reads of a request: by its %s', async (_, way) => {
    const stage = await Stage.open(transport, () => {});
    const headEnd = REQUEST.indexOf('\r\n\r\n') + 4;
    for (let at = headEnd; at <= REQUEST.length; at++) {
      const client = await clientOf(stage);
      client.send(REQUEST.slice(0, at));
      const target = await stage.next();
      const sent = REQUEST.slice(headEnd, at);
      await target.until((received) => received.endsWith(`\r\n\r\n${sent}`));
      way(target);
      expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
      client.close();
      target.close();
    }
    await stage.settled();
  });
});
