import { describe, expect, it } from 'vitest';
import { Peer } from '../support/peer';
import { serve, simpleApi, TRANSPORTS } from '../support/serve';
import { Upstream } from '../support/upstream';

const SIZE = 300_000;

const HEAD = `HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`;

/** A body that tells whose it is at every place: no two are alike anywhere. */
function pattern(id: number): string {
  const unit = `<${id}>`;
  return unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);
}

/** Answers each request with the body of its number, and checks the body that came with it. */
async function echoing(): Promise<{ upstream: Upstream; wrong: string[] }> {
  const wrong: string[] = [];
  const upstream = await Upstream.open((peer) => {
    let at = 0;
    peer.socket.on('data', () => {
      for (;;) {
        const head = peer.received.indexOf('\r\n\r\n', at);
        if (head < 0) return;
        const [, id, length] = /\/(\d+) (?:.*\r\n)*?Content-Length: (\d+)/.exec(peer.received.slice(at, head)) ?? [];
        const end = head + 4 + Number(length);
        if (peer.received.length < end) return;
        const body = peer.received.slice(head + 4, end);
        if (body !== pattern(Number(id)).slice(0, body.length)) wrong.push(`request ${id}`);
        at = end;
        peer.send(HEAD + pattern(Number(id)));
      }
    });
  });
  return { upstream, wrong };
}

describe.each(TRANSPORTS)('under pressure over %s', (transport) => {
  it('never gives anybody an octet of another, with slow readers, uploads and pipelining at once', async () => {
    const { upstream, wrong } = await echoing();
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const clients = await Promise.all(
      Array.from({ length: 12 }, async (_, c) => {
        const client = await Peer.to(url);
        const ids = [c * 10, c * 10 + 1, c * 10 + 2];
        const upload = (c % 3) * 100_000;
        client.send(
          ids
            .map(
              (id) =>
                `POST /${id} HTTP/1.1\r\nHost: x\r\nContent-Length: ${upload}\r\n\r\n${pattern(id).slice(0, upload)}`,
            )
            .join(''),
        );
        // A slow reader: takes a little, and rests.
        const rest = setInterval(() => client.socket[client.socket.isPaused() ? 'resume' : 'pause'](), 1 + c);
        return { client, ids, rest };
      }),
    );
    for (const { client, ids, rest } of clients) {
      const expected = ids.map((id) => HEAD + pattern(id)).join('');
      await client.until((received) => received.length >= expected.length);
      clearInterval(rest);
      expect(client.received === expected).toBe(true);
    }
    expect(wrong).toEqual([]);
  });

  it('never puts the response of another into one that still waits to be sent', async () => {
    // Small enough to be read, and so put together, in one piece.
    const response = (id: string) =>
      `HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n${id.repeat(5_000).slice(0, 10_000)}`;
    let slowOnes = 0;
    const upstream = await Upstream.open((peer) => {
      peer.socket.on('data', () => {
        for (const [, id] of peer.received.matchAll(/GET \/(\w+) /g)) {
          slowOnes += id.startsWith('s') ? 1 : 0;
          peer.send(response(id));
        }
        peer.received = '';
      });
    });
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const [slow, quick] = await Promise.all([Peer.to(url), Peer.to(url)]);
    const ids = Array.from({ length: 1_000 }, (_, i) => `s${i}s`);
    slow.socket.pause();
    slow.send(ids.map((id) => `GET /${id} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    // Once the kernel's buffers are full, a response waits, and the next request with it.
    for (let before = -1; before < slowOnes; await new Promise((resolve) => setTimeout(resolve, 50))) before = slowOnes;
    expect(slowOnes).toBeLessThan(ids.length);
    quick.send('GET /quick HTTP/1.1\r\nHost: x\r\n\r\n');
    await quick.until(response('quick'));
    slow.socket.resume();
    const expected = ids.map(response).join('');
    await slow.until((received) => received.length >= expected.length);
    expect(slow.received === expected).toBe(true);
  });

  it('stops reading from a target whose client does not read', async () => {
    const upstream = await Upstream.open();
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    client.socket.pause();
    const target = await upstream.request();
    const size = 64 * 1024 * 1024;
    target.send('HTTP/1.1 200 OK\r\n\r\n');
    target.send(Buffer.alloc(size));
    await new Promise((resolve) => setTimeout(resolve, 200));
    // What was not taken still waits on this side: the kernel's buffers and one read are all that moved on.
    expect(target.socket.writableLength + (target.socket.bytesWritten - size)).toBeGreaterThan(size / 2);
    client.close();
    await target.end();
  });

  it('stops reading from a client whose target does not read', async () => {
    const upstream = await Upstream.open((peer) => peer.socket.once('data', () => peer.socket.pause()));
    const { url } = await serve(simpleApi([upstream.address]), { transport });
    const client = await Peer.to(url);
    const size = 64 * 1024 * 1024;
    client.send(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
    client.send(Buffer.alloc(size));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(client.socket.writableLength).toBeGreaterThan(size / 2);
    client.close();
  });
});
