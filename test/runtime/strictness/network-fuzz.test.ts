import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Peer } from '../support/peer';
import { serve, simpleApi, TRANSPORTS } from '../support/serve';
import { ok, Upstream } from '../support/upstream';
import { BOUNDED, changed, FUZZ_MS, noise, request, usualRequest } from './arbitraries';
import { requestsOf } from './oracle-exchange';
import { turns } from './parts';

const messages = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: usualRequest },
    { weight: 3, arbitrary: changed(request) },
    { weight: 1, arbitrary: noise },
  ),
  { minLength: 1, maxLength: 4 },
);

it.each(TRANSPORTS)(
  'passes on what the grammar finds, and nothing else, over %s, and still serves',
  async (transport) => {
    let seen: string[] = [];
    const upstream = await Upstream.open((peer) => {
      peer.socket.on('data', () => {
        for (let [one] = requestsOf(peer.received); one; [one] = requestsOf(peer.received)) {
          seen.push(`${one.method} ${one.body}`);
          peer.received = peer.received.slice(one.end);
          peer.send(one.method === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n' : ok('fine'));
        }
      });
    });
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    await fc.assert(
      fc.asyncProperty(messages, fc.array(fc.nat(), { maxLength: 3 }), async (parts, places) => {
        const text = parts.join('');
        const asked = requestsOf(text);
        seen = [];
        const client = await Peer.to(url);
        const cuts = places.map((place) => place % (text.length + 1)).sort((a, b) => a - b);
        for (const [i, cut] of [...cuts, text.length].entries()) {
          client.send(text.slice(cuts[i - 1] ?? 0, cut));
          await turns(2);
        }
        // Whole requests are answered still; the proxy ends when nothing is left to do.
        client.socket.end();
        await client.end();
        client.close();
        expect(seen).toEqual(asked.map(({ method, body }) => `${method} ${body}`));
      }),
      BOUNDED,
    );
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('fine');
  },
  FUZZ_MS + 20_000,
);
