import { beforeAll, describe, expect, it } from 'vitest';
import { Peer } from '../support/peer';
import { serve, simpleApi, TRANSPORTS } from '../support/serve';
import { ok, Upstream } from '../support/upstream';
import { ACCEPTED, LAST } from './accepted';
import { BAD_CHUNKS } from './chunks';
import { BAD_FIELDS } from './fields';
import { BAD_FRAMING } from './framing';
import { BAD_HOSTS } from './hosts';
import { get, SMUGGLED } from './octets';
import { sendInParts } from './parts';
import { BAD_LINES, BAD_PATHS } from './request-lines';

const LIMITS = { head: '16KB', uri: '8KB', headers: 100 };

/** What a proxy tells a target about the client. */
const ADDED = /^(?:X-Forwarded-(?:For|Proto|Host)|Forwarded|Via): .*\r\n/gm;

function refusal(status: number): RegExp {
  return new RegExp(
    `^HTTP/1\\.1 ${status} [^\\r]+\\r\\n(?:[^\\r]+\\r\\n)*Connection: close\\r\\n\\r\\n\\{"error":"[^"]+"\\}$`,
  );
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  let url: string;
  let upstream: Upstream;
  /** What the target answers once it has got exactly this, besides what follows it. */
  let expected = '';
  /** What it answered. */
  let answered: string[] = [];

  beforeAll(async () => {
    const ends: (() => Promise<void>)[] = [];
    const play = (peer: Peer) => {
      peer.socket.on('data', () => {
        const got = peer.received.replace(ADDED, '');
        if (got !== expected && got !== SMUGGLED) return;
        answered.push(got);
        peer.received = '';
        peer.send(ok('fine'));
      });
    };
    upstream = await Upstream.open(play, 0, '127.0.0.1', (end) => ends.unshift(end));
    const api = simpleApi([upstream.address], {}, LIMITS);
    url = (await serve(api, { transport }, (end) => ends.unshift(end))).url;
    return async () => {
      for (const end of ends) await end();
    };
  });

  async function refused(status: number, octets: string): Promise<Peer[]> {
    const before = upstream.peers.length;
    for (const client of await sendInParts(url, octets, SMUGGLED)) {
      expect(await client.all()).toMatch(refusal(status));
      expect(client.ended).toBe('end');
      client.close();
    }
    // Those that carried nothing were probes.
    return upstream.peers.slice(before).filter(({ received }) => received !== '');
  }

  it.each([...BAD_LINES, ...BAD_PATHS, ...BAD_FIELDS, ...BAD_HOSTS, ...BAD_FRAMING])(
    'refuses %s (%i), and no octet of it reaches a target',
    async (_, status, octets) => {
      expect(await refused(status, octets)).toEqual([]);
    },
  );

  it.each(BAD_CHUNKS)('refuses %s (%i), and never ends the request to the target', async (_, status, octets) => {
    for (const peer of await refused(status, octets)) {
      await peer.end();
      const [head, ...body] = peer.received.split('\r\n\r\n');
      expect(head).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
      // Neither a last chunk nor what follows it.
      expect(body).toHaveLength(1);
    }
  });

  async function relayed(octets: string, forwarded: string, both: boolean): Promise<void> {
    expected = forwarded;
    answered = [];
    const clients = await sendInParts(url, octets, SMUGGLED);
    for (const client of clients) {
      if (both) await client.until((received) => received.split('fine').length === 3);
      else await client.end();
      expect(client.received.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(both ? 2 : 1).fill('HTTP/1.1 200'));
      client.close();
    }
    const times = (text: string) => answered.filter((one) => one === text).length;
    expect([times(forwarded), times(SMUGGLED)]).toEqual([clients.length, both ? clients.length : 0]);
  }

  it.each(ACCEPTED)('takes %s for one request, and what follows for another', async (_, octets, forwarded) => {
    await relayed(octets, forwarded, true);
  });

  it.each(LAST)('takes %s for the last request', async (_, octets, forwarded) => {
    await relayed(octets, forwarded, false);
  });

  it('still serves', async () => {
    expected = get();
    const client = await Peer.to(url);
    client.send(get());
    await client.until('fine');
    client.close();
  });
});
