import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '../support/random';
import { serve, simpleApi, TRANSPORTS } from '../support/serve';
import { type Manner, type Marked, MarkReader, markedRequest, markingTarget } from './marks';

const CLIENTS = 16;
const ROUNDS = 12;
/** The largest fills the kernel's buffers, so that what was read must wait until it can be sent on. */
const SIZES = [0, 1, 300, 300, 20_000, 20_000, 70_000, 70_000, 300_000, 8_000_000];
const MANNERS: readonly Manner[] = ['after', 'after', 'after', 'after', 'early', 'half'];

/** Makes a request, and reads its response up to some place, or to its end. @returns what is wrong with it */
function exchange(socket: Socket, request: Marked, most: number, slow: boolean): Promise<string | undefined> {
  const { name, down, manner } = request;
  let own = true;
  const reader = new MarkReader((head) => {
    own = head.startsWith('HTTP/1.1 200 OK\r\n');
    return own ? { unit: `[down ${name}]`, size: down } : undefined;
  });
  return new Promise((resolve) => {
    const finish = () => {
      socket.removeAllListeners('data').off('close', finish);
      const { head, length, wrong } = reader;
      if (wrong !== undefined) resolve(`${name} got ${wrong}`);
      else if (manner !== 'after') resolve(own || head?.startsWith('HTTP/1.1 502 ') ? undefined : `${name}: ${head}`);
      else resolve(own && length >= most ? undefined : `${name} got ${length} of ${most} behind ${head}`);
    };
    socket.on('close', finish);
    socket.on('data', (octets) => {
      const rest = reader.read(octets);
      if (rest.length > 0 && own) reader.wrong ??= `${rest.length} octets too many`;
      if (reader.done || !own || (reader.head !== undefined && reader.length >= most)) return finish();
      if (!slow) return;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    socket.write(markedRequest(request));
  });
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Makes one request after the other: small and large, read slowly or not, left in the middle or not. */
async function ask(port: number, client: number, random: Random, wrong: string[]): Promise<void> {
  let socket = await open(port);
  for (let round = 0; round < ROUNDS; round++) {
    const request: Marked = {
      name: `c${client}r${round}`,
      up: random.pick(SIZES),
      down: random.pick(SIZES),
      manner: random.pick(MANNERS),
    };
    const leaves = random.chance(0.2);
    const most = leaves ? random.below(request.down + 1) : request.down;
    const problem = await exchange(socket, request, most, random.chance(0.4));
    if (problem !== undefined) wrong.push(problem);
    if (!leaves && request.manner === 'after' && !socket.destroyed) continue;
    socket.resetAndDestroy();
    socket = await open(port);
  }
  socket.destroy();
}

it.each(TRANSPORTS)(
  'never gives anybody an octet of another over %s, however slowly all read and whoever resets what',
  async (transport) => {
    const seed = Date.now();
    const wrong: string[] = [];
    const target = await markingTarget(wrong);
    onTestFinished(() => void target.close());
    const { url } = await serve(simpleApi([`127.0.0.1:${(target.address() as AddressInfo).port}`]), { transport });
    const port = Number(new URL(url).port);
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => ask(port, i, new Random(seed + i), wrong)));
    expect(wrong, `seed ${seed}`).toEqual([]);
  },
  60_000,
);
