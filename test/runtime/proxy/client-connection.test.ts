import { expect, it, onTestFinished } from 'vitest';
import { DataPlane } from '../../../src/runtime/data-plane';
import { type MemorySocket, MemoryTransport } from '../support/memory-transport';
import { simpleApi } from '../support/serve';
import { ok } from '../support/upstream';

const GET = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n';

/** A proxy with a target that takes nothing until it is told to. */
async function start() {
  const targets: MemorySocket[] = [];
  const transport = new MemoryTransport((target) => {
    target.slow = true;
    targets.push(target);
  });
  const plane = await DataPlane.start(simpleApi(['127.0.0.1:1']), transport, {});
  onTestFinished(() => plane.stop({ timeoutMs: 0 }));
  const client = transport.client('10.0.0.1');
  const say = (text: string) => {
    client.send(text);
    transport.run();
  };
  const drain = () => {
    for (const target of targets) target.drain();
    transport.run();
  };
  say('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
  drain();
  return { client, targets, transport, say, drain };
}

it('leaves the end of a body alone that waits for its target, whatever comes behind it', async () => {
  const { targets, say, drain } = await start();
  say('0123456789');
  say(GET);
  drain();
  expect(targets[0].got).toMatch(/\r\n\r\n0123456789$/);
});

it('reads on when the response comes before the target has taken the whole request', async () => {
  const { client, targets, transport, say, drain } = await start();
  say('0123456789');
  targets[0].send(ok('early'));
  transport.run();
  expect(client.got).toBe(ok('early'));
  say(GET);
  drain();
  expect(targets.map(({ got, over }) => [/^(\S+ \S+)/.exec(got)?.[1], over])).toEqual([
    ['POST /', 'closed'],
    ['GET /next', undefined],
  ]);
});

it('waits for no body of a client that has ended, also behind another request', async () => {
  const { client, targets, transport, say, drain } = await start();
  say('0123456789');
  say('POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234');
  client.leave(true);
  drain();
  targets[0].send(ok('fine'));
  transport.run();
  expect([client.got, client.over]).toEqual([ok('fine'), 'closed']);
});
