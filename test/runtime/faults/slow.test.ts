import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { event, gotOf, http2Client } from '../support/http2-peer';
import type { Peer } from '../support/peer';
import { TRANSPORTS } from '../support/serve';
import { openSilentPort } from '../support/silent-server';
import { closedAddress, ok } from '../support/upstream';
import { clientOf, Stage } from './stage';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n';
const WITH_LENGTH = ok('hello');

/** Sends octet by octet, each in a segment of its own. */
async function drip(peer: Peer, text: string): Promise<void> {
  for (const octet of text) {
    peer.send(octet);
    await wait(1);
  }
}

describe.each(TRANSPORTS)('slowness over %s', (transport) => {
  it('of a client that sends octet by octet changes nothing but the time', async () => {
    const stage = await Stage.open(
      transport,
      (target) => void target.until(/X-Sum: 1\r\n\r\n$/).then(() => target.send(CHUNKED)),
    );
    const client = await clientOf(stage);
    await Promise.all([drip(client, POST), stage.undisturbed()]);
    expect(await client.until(/X-Sum: 1\r\n\r\n$/)).toBe(CHUNKED);
    expect((await stage.next()).received).toContain('\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n');
    client.close();
    await stage.settled(2);
  });

  it.each([
    ['in its head', GET.slice(0, -2), 408],
    ['in its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo', 408],
  ])('of a client that goes on no more %s ends with 408', async (_, part, status) => {
    const stage = await Stage.open(transport, () => {}, { limits: { headTimeout: '100ms', bodyTimeout: '100ms' } });
    const client = await clientOf(stage);
    client.send(part);
    expect(await client.until('\r\n\r\n')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await client.end()).toBe('end');
    client.close();
    await stage.settled();
  });

  it('of a client that reads little by little changes nothing but the time', async () => {
    const body = Buffer.alloc(8_000_000, 'slowly read ').toString();
    const stage = await Stage.open(transport, (target) => target.send(ok(body)));
    const client = await clientOf(stage);
    const rest = setInterval(() => client.socket[client.socket.isPaused() ? 'resume' : 'pause'](), 2);
    client.send(GET);
    await stage.next();
    await stage.undisturbed();
    await client.until((received) => received.length >= ok(body).length);
    clearInterval(rest);
    expect(client.received === ok(body)).toBe(true);
    client.close();
    await stage.settled(2);
  });

  it('of a client that reads nothing ends with a reset, and its target is let go', async () => {
    const stage = await Stage.open(transport, (target) => target.send(ok('x'.repeat(32_000_000))), {
      limits: { idleTimeout: '1s' },
    });
    const client = await clientOf(stage);
    client.socket.pause();
    client.send(GET);
    const target = await stage.next();
    // The bystander is no longer silent than it may be.
    for (let i = 0; i < 4; i++) await Promise.all([wait(300), stage.undisturbed()]);
    await target.end();
    client.socket.resume();
    expect(await client.end()).toBe('reset');
    expect(client.received.length).toBeLessThan(32_000_000);
    client.close();
    await stage.settled();
  });

  it('of a target that does not accept ends with 504', async () => {
    const address = await closedAddress();
    const [host, port] = address.split(':');
    await openSilentPort(host, Number(port));
    const stage = await Stage.open(transport, () => {}, {
      address,
      route: { timeouts: { connect: '100ms' }, retry: { attempts: 1 } },
    });
    const client = await clientOf(stage);
    client.send(GET);
    await stage.undisturbed();
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 504 /);
    client.close();
    await stage.settled();
  });

  it.each([
    ['with a length', WITH_LENGTH],
    ['in chunks', CHUNKED],
  ])('of a target that answers %s, octet by octet, changes nothing but the time', async (_, response) => {
    const stage = await Stage.open(transport, (target) => void drip(target, response));
    const [one, two] = [await clientOf(stage), await http2Client(stage.url)];
    one.send(GET);
    const got = gotOf(two.request({}));
    await stage.undisturbed();
    expect(await one.until((received) => received.length >= response.length)).toBe(response);
    expect(`${(await got).body}`).toBe('hello');
    one.close();
    two.destroy();
    await stage.settled(3);
  });

  it.each([
    ['in its head', WITH_LENGTH.slice(0, 20)],
    ['before it', ''],
  ])('of a target that goes on no more %s ends with 504', async (_, part) => {
    const stage = await Stage.open(transport, (target) => target.send(part), {
      route: { timeouts: { response: '100ms' }, retry: { attempts: 1 } },
    });
    const [one, two] = [await clientOf(stage), await http2Client(stage.url)];
    one.send(GET);
    const got = gotOf(two.request({}));
    expect(await one.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 504 /);
    expect((await got).status).toBe(504);
    one.close();
    two.destroy();
    await stage.settled();
  });

  it('of a target that goes on no more in its body ends with a reset', async () => {
    const stage = await Stage.open(transport, (target) => target.send(WITH_LENGTH.slice(0, -2)), {
      route: { timeouts: { idle: '1s' } },
    });
    const [one, two] = [await clientOf(stage), await http2Client(stage.url)];
    one.send(GET);
    const stream = two.request({});
    const got = gotOf(stream);
    await Promise.all([one.until('hel'), event(stream, 'response'), stage.undisturbed()]);
    const broken = expect(got).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
    expect(await one.end()).toBe('reset');
    await broken;
    expect(two.destroyed).toBe(false);
    one.close();
    two.destroy();
    await stage.settled();
  });
});
