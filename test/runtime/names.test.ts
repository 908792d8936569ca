import { expect, it, vi } from 'vitest';
import { Peer } from './support/peer';
import { serve, simpleApi, TRANSPORTS } from './support/serve';
import { answering, ok, Upstream } from './support/upstream';

// Targets of these tests listen on 127.0.0.1 alone.
vi.mock('node:dns/promises', () => ({ lookup: async () => [{ address: '127.0.0.2' }, { address: '127.0.0.1' }] }));

it.each(TRANSPORTS)(
  'tries every address of a name over %s before it takes the target for failed',
  async (transport) => {
    const upstream = await Upstream.open((peer) => {
      answering(ok('named').replace('\r\n', '\r\nConnection: close\r\n'))(peer);
    });
    const { url } = await serve(simpleApi([`both.test:${upstream.port}`]), { transport });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(4));
    await client.until((received) => received.split('named').length === 5);
    expect(client.received).not.toContain('HTTP/1.1 5');
  },
);
