import { describe, expect, it } from 'vitest';
import { gotOf, http2Client } from '../support/http2-peer';
import type { Peer } from '../support/peer';
import { Random } from '../support/random';
import { TRANSPORTS } from '../support/serve';
import { ok } from '../support/upstream';
import { clientOf, Stage } from './stage';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const UPLOAD = 32_000_000;
const PUT = `PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${UPLOAD}\r\n\r\n`;
const ONCE = { retry: { attempts: 1 } };

/** Octets that are no response, of any length up to more than is believed. */
function garbage(seed: number): Buffer {
  const random = new Random(seed);
  const length = random.pick([1, 10, 100, 1_000, 100_000]);
  const octets = Buffer.from(Array.from({ length }, () => random.below(256)));
  // Whatever follows, this is the beginning of none.
  octets[0] = 0;
  return octets;
}

describe.each(TRANSPORTS)('a target that misbehaves over %s', (transport) => {
  it('with garbage is 502 to its client, and nothing to anybody else', async () => {
    let seed = 0;
    const stage = await Stage.open(
      transport,
      (target) => {
        target.send(garbage(seed));
        target.socket.end();
      },
      { route: ONCE },
    );
    const client = await clientOf(stage);
    const two = await http2Client(stage.url);
    for (seed = 1; seed <= 50; seed++) {
      client.received = '';
      client.send(GET);
      expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
      await client.until('"}');
      expect((await gotOf(two.request({}))).status).toBe(502);
      if (seed % 10 === 0) await stage.undisturbed();
    }
    client.close();
    two.destroy();
    await stage.settled();
  });

  it.each<[string, (target: Peer) => void]>([
    ['a line without end', (target) => target.send(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`)],
    ['interim responses without end', (target) => target.send('HTTP/1.1 100 Continue\r\n\r\n'.repeat(5_000))],
  ])('with %s is 502, and is left', async (_, fault) => {
    const stage = await Stage.open(transport, fault, { route: ONCE });
    const client = await clientOf(stage);
    client.send(GET);
    await client.until(/HTTP\/1\.1 502 .*"\}$/s);
    await (await stage.next()).end();
    client.close();
    await stage.settled();
  });

  it('with more than its answer gives none of that to anybody', async () => {
    const stage = await Stage.open(transport, (target) => target.send(`${ok('mine')}${ok('evil').repeat(1_000)}`));
    const client = await clientOf(stage);
    for (let round = 0; round < 3; round++) {
      client.received = '';
      client.send(GET);
      expect(await client.until('mine')).toBe(ok('mine'));
      await (await stage.next()).end();
    }
    client.close();
    await stage.settled();
  });

  it('by never reading an upload is 504 to its client, whose other requests go on', async () => {
    const stage = await Stage.open(transport, (target) => void target.socket.pause(), {
      route: { timeouts: { request: '700ms', response: '500ms' } },
    });
    const client = await clientOf(stage);
    client.send(PUT);
    client.send(Buffer.alloc(UPLOAD));
    const two = await http2Client(stage.url, { maxSessionMemory: 100 });
    const stream = two.request({ ':method': 'PUT', 'content-length': UPLOAD });
    const got = gotOf(stream);
    stream.end(Buffer.alloc(UPLOAD));
    await stage.undisturbed();
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 504 /);
    expect((await got).status).toBe(504);
    expect(`${(await gotOf(two.request({ ':path': '/bystander' }))).body}`).toBe('fine');
    client.close();
    two.destroy();
    await stage.settled(2);
  });

  it('by an answer before the upload has ended, and a reset behind it, is heard all the same', async () => {
    const answer = `HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\ntoo`;
    const stage = await Stage.open(transport, (target) => {
      // With octets that nobody has read, a close is a RST.
      target.socket.pause();
      target.socket.write(answer, () => target.socket.destroy());
    });
    for (let round = 0; round < 20; round++) {
      const client = await clientOf(stage);
      client.send(PUT);
      client.send(Buffer.alloc(4_000_000));
      // A stream of Node.js forgets what it has not read once a write has failed.
      expect(await client.until('\r\n\r\n')).toMatch(
        transport === 'raw' ? /^HTTP\/1\.1 413 / : /^HTTP\/1\.1 (413|502) /,
      );
      client.close();
    }
    await stage.settled();
  });
});
