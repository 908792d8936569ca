/**
 * Does TLS in every order that chance finds, while memory is collected all the time: a wrong one ends the process by a
 * signal. Arguments: the way, the seed, and for how many milliseconds. Needs --expose-gc.
 */
import { connect as connectTcp } from 'node:net';
import { connect as connectNodeTls, createSecureContext } from 'node:tls';
import type { ClientTls, ServerTls, Socket, SocketOwner, Transport } from '../../../src/runtime/transport';
import { throwawayCertificate } from '../../../src/runtime/transport/throwaway-certificate';
import { type TLS_WAYS, transportOf } from './secure';

const way = process.argv[2] as (typeof TLS_WAYS)[number];
const [seed, duration] = process.argv.slice(3).map(Number);
const MOST_AT_ONCE = 40;
/** After how many milliseconds every connection has been closed by somebody. */
const LONGEST_LIFE = 300;

let state = seed;
/** From 0 up to `below`, by chance that a seed repeats. */
function chance(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}

const oneOf = <Item>(...items: Item[]): Item => items[chance(items.length)];

/** The octet at a place of every stream. */
const octetAt = (at: number): number => (at * 31 + (at >> 8)) & 0xff;

const SILENT: SocketOwner = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onBroken() {} };

let checked = 0;
let connections = 0;
let open = 0;

/** Looks whether what comes is what was sent. */
function checker(who: string): (bytes: Buffer, length: number) => void {
  let at = 0;
  return (bytes, length) => {
    for (let i = 0; i < length; i++, at++) {
      if (bytes[i] === octetAt(at)) continue;
      console.error(`${who}: octet ${at} is ${bytes[i]}`);
      process.exit(1);
    }
    checked += length;
  };
}

/** Does something with a socket, again and again, until it is over. */
function play(socket: Socket, who: string): SocketOwner {
  const check = checker(who);
  let over = false;
  let sent = 0;
  let waiting = false;
  const act = () => {
    if (over) return;
    switch (chance(14)) {
      case 0:
        over = true;
        return socket.close();
      case 1:
        over = true;
        return socket.reset();
      case 2:
        socket.end();
        over = chance(2) === 0;
        break;
      case 3:
        socket.pause();
        break;
      case 4:
      case 5:
        socket.resume();
        break;
      case 6:
        socket.useOwnBuffer();
        break;
      case 7:
        // Let go of without a word.
        over = true;
        break;
      default:
        send();
    }
    if (chance(3) === 0) act();
    else oneOf(setImmediate, process.nextTick, later)(act);
  };
  const send = () => {
    if (waiting) return;
    const length = oneOf(0, 1, 100, 5_000, 16_384, 33_000, 200_000);
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = octetAt(sent + i);
    sent += length;
    // What was taken with `true` must have been copied.
    if (socket.write(bytes)) bytes.fill(0);
    else waiting = true;
  };
  return {
    onConnected: act,
    onBytes(bytes, length) {
      check(bytes, length);
      if (chance(4) === 0) act();
    },
    onEnd: () =>
      oneOf(
        act,
        () => socket.close(),
        () => socket.end(),
      )(),
    onDrained() {
      waiting = false;
      act();
    },
    onBroken() {
      over = true;
    },
  };
}

/** Nobody is left for ever. */
function endSoon(socket: Socket): void {
  setTimeout(() => socket[oneOf('close', 'reset')](), 50 + chance(LONGEST_LIFE - 50));
}

const later = (call: () => void) => setTimeout(call, chance(5));

function serverTls(): ServerTls {
  const made = throwawayCertificate();
  const options = { cert: made.cert, key: made.key, sessionIdContext: 'fuzz' };
  const other = createSecureContext(options);
  return {
    base: { options, context: createSecureContext(options) },
    contextFor: chance(2) === 0 ? () => other : undefined,
    protocols: ['http/1.1'],
    clientCertificates: oneOf('none', 'optional', 'required'),
  };
}

let tls = serverTls();

async function listen(transport: Transport): Promise<number> {
  const { port } = await transport.listen('127.0.0.1', 0, (plain) => {
    const socket = transport.acceptTls(plain, tls);
    if (chance(4) === 0) {
      // From here on nobody holds it.
      socket.owner = SILENT;
      return;
    }
    socket.owner = play(socket, 'server');
    endSoon(socket);
    const stop = chance(200);
    if (stop < 3) setTimeout(() => socket[oneOf('close', 'reset', 'end')](), stop);
  });
  return port;
}

/** A client of the same transport. */
function connectRaw(transport: Transport, port: number): void {
  const plain = transport.connect('127.0.0.1', port);
  const side: ClientTls = {
    context: createSecureContext({}),
    serverName: oneOf('self-test', '127.0.0.1'),
    verify: chance(8) === 0,
    protocols: oneOf([], ['http/1.1']),
    session: undefined,
  };
  plain.owner = {
    ...SILENT,
    onConnected() {
      const socket = transport.connectTls(plain, side);
      socket.owner = play(socket, 'client');
      endSoon(socket);
      if (chance(20) === 0) socket[oneOf('close', 'reset', 'end')]();
    },
  };
}

/** Node.js's own client. */
function connectNode(port: number): void {
  const check = checker('node');
  const tcp = connectTcp(port, '127.0.0.1');
  const stream = connectNodeTls({
    socket: tcp,
    rejectUnauthorized: false,
    maxVersion: oneOf('TLSv1.2', 'TLSv1.3'),
    servername: oneOf('', 'a.test'),
  });
  stream.on('data', (bytes) => check(bytes, bytes.length)).on('error', () => {});
  tcp.on('error', () => {});
  let sent = 0;
  setTimeout(() => stream.destroy(), LONGEST_LIFE);
  const act = () => {
    if (stream.destroyed) return;
    switch (chance(8)) {
      case 0:
        stream.destroy();
        break;
      case 1:
        tcp.resetAndDestroy();
        break;
      case 2:
        stream.end();
        break;
      case 3:
        stream.pause();
        break;
      case 4:
        stream.resume();
        break;
      default: {
        const bytes = Buffer.alloc(chance(70_000));
        if (!stream.writable) break;
        for (let i = 0; i < bytes.length; i++) bytes[i] = octetAt(sent + i);
        sent += bytes.length;
        stream.write(bytes);
      }
    }
    setTimeout(act, chance(4));
  };
  act();
}

/** What is no TLS, or half of it. */
function connectGarbage(port: number): void {
  const tcp = connectTcp(port, '127.0.0.1', () => {
    tcp.write(oneOf(Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from('160301', 'hex'), Buffer.alloc(3_000, 0x16)));
    setTimeout(() => (chance(2) === 0 ? tcp.end() : tcp.resetAndDestroy()), chance(5));
  });
  tcp.on('error', () => {}).resume();
}

async function main(): Promise<void> {
  const transport = await transportOf(way);
  const port = await listen(transport);
  const end = performance.now() + duration;
  const collect = globalThis.gc as () => void;
  while (performance.now() < end) {
    if (open < MOST_AT_ONCE) {
      connections += 1;
      open += 1;
      setTimeout(() => {
        open -= 1;
      }, LONGEST_LIFE);
      oneOf(connectRaw, connectRaw, (_: Transport, to: number) => oneOf(connectNode, connectNode, connectGarbage)(to))(
        transport,
        port,
      );
    }
    if (chance(20) === 0) tls = serverTls();
    if (chance(3) === 0) collect();
    await new Promise<void>((resolve) => oneOf<(call: () => void) => unknown>(setImmediate, later)(resolve));
  }
  console.log(JSON.stringify({ connections, checked }));
  process.exit(0);
}

void main();
