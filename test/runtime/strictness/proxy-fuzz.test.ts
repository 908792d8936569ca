import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataPlane } from '../../../src/runtime/data-plane';
import { type MemorySocket, MemoryTransport } from '../support/memory-transport';
import { simpleApi } from '../support/serve';
import { BOUNDED, changed, FUZZ_MS, noise, request, response, usualRequest } from './arbitraries';
import { type OracleRequest, oracleResponse } from './oracle';
import { exchanged, requestsOf, type WholeRequest } from './oracle-exchange';

const TIME = FUZZ_MS + 20_000;
const REFUSAL =
  /^HTTP\/1\.1 (?:400|405|413|414|417|431|505) [^\r]+\r\n(?:[^\r]+\r\n)*Connection: close\r\n\r\n\{"error":"[^"]+"\}$/;
const NO_ANSWER = /^HTTP\/1\.1 502 [^\r]+\r\n(?:[^\r]+\r\n)*\r\n(?:\{"error":"no target answered"\})?$/;

let transport: MemoryTransport;
let plane: DataPlane;
let targets: MemorySocket[] = [];
let clients: MemorySocket[] = [];
let serve: (target: MemorySocket) => void = () => {};

beforeAll(async () => {
  transport = new MemoryTransport((target) => {
    targets.push(target);
    serve(target);
  });
  // Nobody listens there but the transport.
  plane = await DataPlane.start(simpleApi(['127.0.0.1:1']), transport, {});
});

afterAll(() => plane.stop({ timeoutMs: 0 }));

const inFlight = () => Number(/^spillway_\w*in_flight\w*\{[^}]*\} (\d+)$/m.exec(plane.registry.render())?.[1]);

function connect(peer: string, slow: boolean): MemorySocket {
  const client = transport.client(peer);
  client.slow = slow;
  clients.push(client);
  return client;
}

/** Lets everybody take what waits, until nothing does. */
function settle(): void {
  const all = () => [...clients, ...targets];
  const taken = () => all().reduce((sum, { got }) => sum + got.length, 0);
  for (let before = -1; before !== taken(); transport.run()) {
    before = taken();
    for (const one of all()) one.drain();
    transport.run();
  }
}

/** Ends all that stands. @returns what is left nevertheless: connections to targets, and requests in flight */
function clear(): number {
  for (const client of clients) client.leave(false);
  for (const target of targets) target.leave(true);
  transport.run();
  const left = targets.filter(({ over }) => over === undefined).length;
  targets = [];
  clients = [];
  return left + inFlight();
}

/** A text in pieces of given sizes, which are taken in turns. */
function piecesOf(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length];
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

const sizes = fc.oneof(
  fc.constant([100_000]),
  fc.array(fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 8 }),
);

/** What matters of a request to a target. */
function essence({ method, path, query, host, lines, body }: WholeRequest) {
  const rest = lines.filter((line) => !/^host:/i.test(line));
  return { method, path: path === '*' ? '/' : path, query, host, lines: rest, body };
}

/** What a target answers a client: it tells from what others are answered, and may take long to be read. */
function answerTo(client: string, { method, path }: OracleRequest): { head: string; body: string } {
  const body = `<${client}>`.repeat(1 + path.length ** 2);
  return { head: `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`, body: method === 'HEAD' ? '' : body };
}

/** What is left of what a client got behind the responses to its requests; `undefined` where one of them is not right. */
function behindResponses(client: string, asked: readonly OracleRequest[], got: string): string | undefined {
  let at = 0;
  for (const one of asked) {
    const head = oracleResponse(got, at);
    const { body } = answerTo(client, one);
    if (head?.status !== 200 || got.slice(head.end, head.end + body.length) !== body) return undefined;
    at = head.end + body.length;
  }
  return got.slice(at);
}

const message = fc.oneof(
  { weight: 4, arbitrary: usualRequest },
  { weight: 4, arbitrary: changed(request) },
  { weight: 1, arbitrary: noise },
);

const senders = fc.array(
  fc.record({
    text: fc.array(message, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    cut: sizes,
    slow: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

it(
  'passes exactly those requests on that the grammar finds, and gives each client what is its own',
  () => {
    fc.assert(
      fc
        .property(senders, sizes, fc.boolean(), (all, cut, slowTarget) => {
          const seen = new Map<string, WholeRequest[]>();
          serve = (target) => {
            let read = 0;
            target.slow = slowTarget;
            target.onGot = () => {
              for (let [one] = requestsOf(target.got.slice(read)); one; [one] = requestsOf(target.got.slice(read))) {
                const client = /^X-Forwarded-For: (.*)$/m.exec(target.got.slice(read))?.[1] ?? '';
                read += one.end;
                seen.set(client, [...(seen.get(client) ?? []), one]);
                const { head, body } = answerTo(client, one);
                for (const piece of piecesOf(head + body, cut)) target.send(piece);
              }
            };
          };
          const pieces = all.map(({ text, cut: own }) => piecesOf(text, own));
          for (const [i, { slow }] of all.entries()) connect(`10.0.0.${i}`, slow);
          for (let turn = 0; pieces.some((own) => turn < own.length); turn++) {
            for (const [i, client] of clients.entries()) client.send(pieces[i][turn] ?? '');
            transport.run();
            clients[turn % clients.length].drain();
            targets[turn % (targets.length + 1)]?.drain();
            transport.run();
          }
          settle();
          const results = clients.map((client, i) => {
            const asked = requestsOf(all[i].text);
            const rest = behindResponses(client.peer, asked, client.got);
            const last = asked.at(-1)?.close === true;
            return {
              asked: asked.map(essence),
              answered: rest === '' || (!last && rest !== undefined && REFUSAL.test(rest)),
              ended: !last || client.over !== undefined,
            };
          });
          expect(results).toEqual(
            clients.map(({ peer }) => ({ asked: (seen.get(peer) ?? []).map(essence), answered: true, ended: true })),
          );
          expect(clear()).toBe(0);
        })
        .beforeEach(() => void clear()),
      BOUNDED,
    );
  },
  TIME,
);

it(
  'gives the client exactly the response that the grammar finds, or none',
  () => {
    const sent = fc.array(fc.oneof({ weight: 4, arbitrary: changed(response) }, { weight: 1, arbitrary: noise }), {
      maxLength: 3,
    });
    const methods = fc.constantFrom('GET', 'GET', 'HEAD');
    fc.assert(
      fc
        .property(sent, sizes, methods, fc.boolean(), fc.boolean(), (parts, cut, method, ends, slow) => {
          const text = parts.join('');
          serve = (target) => {
            target.onGot = () => {
              target.onGot = () => {};
              for (const piece of piecesOf(text, cut)) target.send(piece);
              if (ends) target.leave(true);
            };
          };
          const client = connect('10.0.0.1', slow);
          client.send(`${method} / HTTP/1.1\r\nHost: x\r\n\r\n`);
          transport.run();
          settle();

          const { interims, head, body, whole } = exchanged(text, method, ends);
          const got = exchanged(client.got, method, client.over === 'closed' || client.over === 'end');
          const expected = { interims: interims.map(({ status }) => status), status: head?.status, lines: head?.lines };
          const actual = {
            interims: got.interims.map(({ status }) => status),
            status: got.head?.status,
            lines: got.head?.lines,
          };
          const own = client.got.slice(client.got.indexOf('HTTP/1.1 502'));
          if (whole) expect({ ...actual, body: got.body, whole: got.whole }).toEqual({ ...expected, body, whole });
          else if (!NO_ANSWER.test(own)) {
            // Nothing yet, or a part of it, which must not look like the whole.
            expect(got.whole).toBe(false);
            if (ends) expect(client.over).toBe('reset');
            if (got.head !== undefined) expect([actual, body.startsWith(got.body)]).toEqual([expected, true]);
          }
          expect(clear()).toBe(0);
        })
        .beforeEach(() => void clear()),
      BOUNDED,
    );
  },
  TIME,
);
