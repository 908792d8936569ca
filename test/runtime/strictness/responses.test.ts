import { beforeAll, describe, expect, it } from 'vitest';
import { Peer } from '../support/peer';
import { serve, simpleApi, TRANSPORTS } from '../support/serve';
import { ok, Upstream } from '../support/upstream';
import { cutsOf, turns } from './parts';
import {
  BAD_RESPONSE_BODIES,
  BAD_RESPONSES,
  BROKEN_BODIES,
  BROKEN_HEADS,
  EVIL,
  RELAYED,
  RELAYED_LAST,
} from './responses';

const NO_ANSWER =
  'HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{"error":"no target answered"}';
const SHORT = 300;

describe.each(TRANSPORTS)('over %s', (transport) => {
  let url: string;
  /** What the target sends. */
  let response = '';
  /** Whether it closes the connection then. */
  let ends = false;
  /** Connections of requests that it got. */
  let targets: Peer[] = [];

  /** The path of a request says where the response is cut: `/0` is nowhere, `/-` everywhere. */
  async function answer(peer: Peer): Promise<void> {
    const path = /^GET \/(\S+) /.exec(peer.received)?.[1];
    if (path === undefined || !peer.received.endsWith('\r\n\r\n')) return;
    peer.received = '';
    if (path === 'plain') return peer.send(ok('plain'));
    targets.push(peer);
    const cut = Number(path);
    for (const part of path === '-' ? response : [response.slice(0, cut), response.slice(cut)]) {
      peer.send(part);
      await turns(2);
    }
    if (ends) peer.socket.end();
  }

  beforeAll(async () => {
    const closers: (() => Promise<void>)[] = [];
    const later = (close: () => Promise<void>) => closers.unshift(close);
    const upstream = await Upstream.open((peer) => peer.socket.on('data', () => answer(peer)), 0, '127.0.0.1', later);
    url = (await serve(simpleApi([upstream.address]), { transport }, later)).url;
    return async () => {
      for (const close of closers) await close();
    };
  });

  async function ask(path: string | number): Promise<Peer> {
    const client = await Peer.to(url);
    client.send(`GET /${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return client;
  }

  function play(octets: string, closes: boolean): (string | number)[] {
    response = octets;
    ends = closes;
    targets = [];
    return [0, ...cutsOf(octets), ...(octets.length <= SHORT ? ['-'] : [])];
  }

  const clients = (octets: string, closes: boolean): Promise<Peer[]> => Promise.all(play(octets, closes).map(ask));

  /** The connection to the client goes on, those to the target do not. */
  async function goesOn(all: Peer[]): Promise<void> {
    for (const client of all) {
      client.received = '';
      client.send('GET /plain HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(await client.until('plain')).toBe(ok('plain'));
      client.close();
    }
  }

  async function notAnswered(octets: string, closes: boolean): Promise<void> {
    const all = await clients(octets, closes);
    for (const client of all) expect(await client.until(/\}$/)).toBe(NO_ANSWER);
    for (const target of targets) await target.end();
    await goesOn(all);
  }

  it.each(BAD_RESPONSES)('answers 502 for %s, and ends the connection to the target', async (_, octets) => {
    await notAnswered(octets, false);
  });

  it.each(BROKEN_HEADS)('answers 502 for %s before the target closes', async (_, octets) => {
    await notAnswered(octets, true);
  });

  it.each(BAD_RESPONSE_BODIES)('resets the client, or answers 502, for chunks with %s', async (_, octets) => {
    const [headEnd] = /^.*?\r\n\r\n/s.exec(octets) ?? [''];
    for (const client of await clients(octets, false)) {
      await client.until(/^HTTP\/1\.1 502 .*\}$/s).catch(() => client.end());
      if (client.ended === undefined) expect(client.received).toBe(NO_ANSWER);
      else {
        expect(client.ended).toBe('reset');
        expect(client.received.startsWith(headEnd) && octets.startsWith(client.received)).toBe(true);
      }
      client.close();
    }
    for (const target of targets) await target.end();
  });

  it.each(BROKEN_BODIES)('resets the client after %s before the target closes', async (_, octets) => {
    for (const client of await clients(octets, true)) {
      expect(await client.end()).toBe('reset');
      expect(octets.startsWith(client.received)).toBe(true);
      client.close();
    }
  });

  it.each(RELAYED)('relays %s, and uses the connection again', async (_, octets, received) => {
    const all = await clients(octets, false);
    for (const client of all) expect(await client.until((text) => text.length >= received.length)).toBe(received);
    await goesOn(all);
    for (const target of targets) expect(target.ended).toBeUndefined();
  });

  it.each([...RELAYED, ...RELAYED_LAST])('relays %s, and nothing that comes after it', async (_, octets, received) => {
    for (const path of play(octets + EVIL, false)) {
      // One after the other: what follows must find the connection waiting, not with the next request.
      const client = await ask(path);
      expect(await client.until((text) => text.length >= received.length)).toBe(received);
      await targets.at(-1)?.end();
      await goesOn([client]);
    }
  });

  it('takes a flood of interim responses for no response', async () => {
    response = 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(10_000);
    ends = false;
    const client = await Peer.to(url);
    client.send('GET /0 HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/HTTP\/1\.1 502 .*\}$/s);
    expect(client.received.length).toBeLessThan(70_000);
    client.close();
  });
});
