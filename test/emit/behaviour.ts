import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Api, parseApi } from '../../src/model';
import { type Engine, type EngineName, eventually, isInstalled, start } from '../support/engines';
import { freePorts } from '../support/processes';
import { type Answer, ask, type Question, TestTarget } from '../support/targets';

/** An API with one listener, one route at `/` and fast health checks. */
function describeApi(
  port: number,
  pools: Record<string, unknown>,
  route: Record<string, unknown>,
  check: Record<string, unknown>,
): Api {
  const healthCheck = { interval: '100ms', timeout: '100ms', healthyThreshold: 1, unhealthyThreshold: 1, ...check };
  return parseApi({
    version: 1,
    name: 'behaviour',
    listeners: { web: { address: '127.0.0.1', port } },
    pools: Object.fromEntries(Object.entries(pools).map(([name, targets]) => [name, { targets, healthCheck }])),
    // HAProxy waits as long as a connect may take before it tries the only target left again.
    routes: { all: { ...route, timeouts: { connect: '100ms', ...(route.timeouts ?? {}) } } },
  });
}

/** What a client sees of tiers, retries and fallbacks, on a real program. */
export function behaviour(name: EngineName): void {
  describe.skipIf(!isInstalled(name))(`what a client of ${name} sees`, () => suite(name));
}

function suite(name: EngineName): void {
  let targets: Record<'a' | 'b' | 'c', TestTarget>;
  let engine: Engine | undefined;
  let port: number;

  beforeAll(async () => {
    const [a, b, c] = await Promise.all([TestTarget.start('a'), TestTarget.start('b'), TestTarget.start('c')]);
    targets = { a, b, c };
  });

  afterEach(async () => {
    await engine?.stop();
    for (const target of Object.values(targets)) {
      await target.die();
      await target.serve();
      target.behaviour = 200;
      target.seen.length = 0;
    }
  });

  afterAll(async () => {
    for (const target of Object.values(targets)) await target.die();
  });

  async function serve(
    pools: Record<string, unknown>,
    route: Record<string, unknown>,
    check: Record<string, unknown> = {},
  ): Promise<void> {
    [port] = (await freePorts(1)) as [number];
    engine = await start(name, describeApi(port, pools, route, check));
  }

  const get = (question: Partial<Question> = {}): Promise<Answer> => ask({ port, ...question });
  const at = (...names: ('a' | 'b' | 'c')[]) => names.map((key) => ({ address: targets[key].address }));
  const FALLBACK = { on: ['unavailable'], json: { message: 'later' } };
  const RETRY_503 = { on: ['connectFailure', 'reset', 'timeout', 503] };

  describe('within a tier', () => {
    it('gives each target its exact share', async () => {
      await serve({ live: [{ address: targets.a.address, weight: 3 }, ...at('b')] }, { pool: 'live' });
      for (let i = 0; i < 80; i++) await get();
      expect([targets.a.seen.length, targets.b.seen.length]).toEqual([60, 20]);
    });

    it('tries another target when a connection is refused', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live' });
      await targets.a.die();
      const answers = await Promise.all(Array.from({ length: 20 }, () => get({ method: 'POST', body: 'x' })));
      expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, () => 'b'));
    });

    it('tries another target when one closes the connection', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live' });
      targets.a.behaviour = 'reset';
      for (let i = 0; i < 6; i++) expect(await get()).toMatchObject({ status: 200, body: 'b' });
    });

    it('tries another target when one does not answer in time', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live', timeouts: { response: '150ms' } });
      targets.a.behaviour = 'silence';
      for (let i = 0; i < 3; i++) expect(await get()).toMatchObject({ status: 200, body: 'b' });
    });

    it('passes a status on that nobody asked to retry', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live' });
      targets.a.behaviour = targets.b.behaviour = 503;
      expect(await get()).toMatchObject({ status: 503, headers: { 'x-target': expect.stringMatching(/^[ab]$/) } });
    });

    it('tries another target on a status in retry.on', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live', retry: RETRY_503 });
      targets.a.behaviour = 503;
      for (let i = 0; i < 4; i++) expect(await get()).toMatchObject({ status: 200, body: 'b' });
    });

    it('makes as many attempts as allowed', async () => {
      await serve({ live: at('a', 'b', 'c') }, { pool: 'live', retry: { ...RETRY_503, attempts: 2 } });
      for (const target of Object.values(targets)) target.behaviour = 503;
      expect((await get()).status).toBe(503);
      expect(Object.values(targets).flatMap(({ seen }) => seen)).toHaveLength(2);
    });

    it('does not send a POST again once a target has seen it', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live', retry: RETRY_503 });
      targets.a.behaviour = targets.b.behaviour = 'reset';
      expect((await get({ method: 'POST', body: 'order' })).status).toBe(502);
      targets.a.behaviour = targets.b.behaviour = 503;
      expect((await get({ method: 'POST', body: 'order' })).status).toBe(503);
      expect([...targets.a.seen, ...targets.b.seen]).toHaveLength(2);
    });

    it('sends a POST again where that is allowed', async () => {
      await serve({ live: at('a', 'b') }, { pool: 'live', retry: { nonIdempotent: true } });
      targets.a.behaviour = 'reset';
      for (let i = 0; i < 4; i++) expect(await get({ method: 'POST', body: 'order' })).toMatchObject({ body: 'b' });
      expect(targets.b.seen.every(({ bytes }) => bytes === 5)).toBe(true);
    });
  });

  describe('across tiers', () => {
    const tiers = { tiers: ['live', 'standby', 'last'], retry: RETRY_503, timeouts: { response: '150ms' } };
    const pools = () => ({ live: at('a'), standby: at('b'), last: at('c') });

    it.each([
      ['refuses connections', 'dead'],
      ['closes connections', 'reset'],
      ['does not answer in time', 'silence'],
      ['answers with a status in retry.on', 503],
    ] as const)('hands a request over when a tier %s', async (_, fault) => {
      await serve(pools(), tiers);
      const failing = async (target: TestTarget) => {
        if (fault === 'dead') await target.die();
        else target.behaviour = fault;
      };
      expect(await get()).toMatchObject({ status: 200, body: 'a' });
      await failing(targets.a);
      for (let i = 0; i < 3; i++) expect(await get()).toMatchObject({ status: 200, body: 'b' });
      await failing(targets.b);
      for (let i = 0; i < 3; i++) expect(await get()).toMatchObject({ status: 200, body: 'c' });
    });

    it('goes back to the first tier when it serves again', async () => {
      await serve(pools(), tiers);
      await targets.a.die();
      await eventually(async () => (await get()).body === 'b', 'b serves');
      await targets.a.serve();
      await eventually(async () => (await get()).body === 'a', 'a serves again');
    });

    it('takes the targets of a lower priority for a tier of their own', async () => {
      await serve({ live: [...at('a'), { address: targets.b.address, priority: -1 }] }, { pool: 'live' });
      for (let i = 0; i < 4; i++) expect((await get()).body).toBe('a');
      await targets.a.die();
      for (let i = 0; i < 4; i++) expect(await get()).toMatchObject({ status: 200, body: 'b' });
    });

    it('hands a large upload over to the next tier', async () => {
      await serve(pools(), tiers);
      await targets.a.die();
      await eventually(async () => (await get()).body === 'b' && targets.b.seen.length > 2, 'b serves');
      const body = Buffer.alloc(1_000_000, 'x');
      expect(await get({ method: 'POST', body })).toMatchObject({ status: 200, body: 'b' });
      expect(targets.b.seen.at(-1)?.bytes).toBe(body.length);
    });

    it('hands a body over that fits the buffer, after a target has seen it', async () => {
      await serve(pools(), tiers);
      targets.a.behaviour = 503;
      const body = Buffer.alloc(60_000, 'x');
      expect(await get({ method: 'PUT', body })).toMatchObject({ status: 200, body: 'b' });
      expect(targets.b.seen.map(({ bytes }) => bytes)).toEqual([body.length]);
    });

    it('hands a body over that arrives in pieces', async () => {
      await serve(pools(), tiers);
      targets.a.behaviour = 503;
      const pieces = ['first,', 'second,', 'third'];
      expect(await get({ method: 'PUT', pieces })).toMatchObject({ status: 200, body: 'b' });
      expect(targets.b.seen.map(({ bytes }) => bytes)).toEqual([pieces.join('').length]);
    });

    it('hands a POST over only if no target has seen it', async () => {
      await serve(pools(), { ...tiers, fallback: FALLBACK });
      await targets.a.die();
      expect(await get({ method: 'POST', body: 'order' })).toMatchObject({ status: 200, body: 'b' });
      targets.b.behaviour = 'reset';
      expect(await get({ method: 'POST', body: 'order' })).toMatchObject({ status: 502, body: '{"message":"later"}' });
      expect(targets.c.seen).toEqual([]);
    });

    it('makes no second attempt where retries are off, but leaves a tier that is down', async () => {
      await serve(pools(), { ...tiers, retry: { attempts: 1 } });
      targets.a.behaviour = 'reset';
      expect((await get()).status).toBe(502);
      await targets.a.die();
      await eventually(async () => (await get()).body === 'b', 'b serves');
    });
  });

  describe('when nothing answers', () => {
    it('answers 502 where connections are refused or closed, and 504 after a timeout', async () => {
      await serve({ live: at('a') }, { pool: 'live', timeouts: { response: '100ms' } });
      targets.a.behaviour = 'reset';
      expect(await get()).toMatchObject({ status: 502, headers: { 'content-type': 'application/json' } });
      targets.a.behaviour = 'silence';
      expect(await get()).toMatchObject({ status: 504, headers: { 'content-type': 'application/json' } });
      targets.a.behaviour = 200;
      await engine?.stop();
      await serve({ live: at('a') }, { pool: 'live' }, { interval: '1m', path: '/healthz' });
      // Only the first probe comes soon; while it found the target up, an attempt is made.
      const probed = () => targets.a.seen.some(({ url }) => url === '/healthz');
      if (name === 'haproxy') await eventually(probed, 'the target is probed');
      await targets.a.die();
      expect(await get()).toMatchObject({ status: 502, headers: { 'content-type': 'application/json' } });
    });

    it('answers with the fallback, its status and its fields', async () => {
      await serve(
        { live: at('a', 'b') },
        { pool: 'live', fallback: { ...FALLBACK, status: 200, headers: { 'X-From': 'fallback' } } },
      );
      await targets.a.die();
      await targets.b.die();
      for (let i = 0; i < 5; i++) {
        expect(await get()).toMatchObject({
          status: 200,
          body: '{"message":"later"}',
          headers: {
            'content-type': 'application/json',
            'x-from': 'fallback',
            'retry-after': '5',
            'cache-control': 'no-store',
          },
        });
      }
      expect(await get({ method: 'HEAD' })).toMatchObject({
        status: 200,
        body: '',
        headers: { 'content-length': '19' },
      });
      await targets.a.serve();
      await eventually(async () => (await get()).body === 'a', 'a serves again');
    });

    it('keeps the failing status where the fallback has none', async () => {
      await serve({ live: at('a') }, { pool: 'live', timeouts: { response: '100ms' }, fallback: FALLBACK });
      targets.a.behaviour = 'silence';
      expect(await get()).toMatchObject({ status: 504, body: '{"message":"later"}' });
      targets.a.behaviour = 'reset';
      expect(await get()).toMatchObject({ status: 502, body: '{"message":"later"}' });
    });

    it('replaces a listed status, and no other', async () => {
      await serve({ live: at('a') }, { pool: 'live', fallback: { on: [500], text: 'sorry' } });
      targets.a.behaviour = 500;
      expect(await get()).toMatchObject({ status: 500, body: 'sorry' });
      targets.a.behaviour = 501;
      expect(await get()).toMatchObject({ status: 501, body: 'a' });
    });

    it('answers a timeout with the fallback that asks for timeouts alone', async () => {
      const fallback = { on: ['timeout'], status: 200, text: 'slow' };
      await serve({ live: at('a') }, { pool: 'live', timeouts: { response: '100ms' }, fallback });
      targets.a.behaviour = 'silence';
      expect(await get()).toMatchObject({ status: 200, body: 'slow' });
      targets.a.behaviour = 'reset';
      expect((await get()).status).toBe(502);
    });
  });

  it('loses no request while targets come and go', async () => {
    const fallback = { ...FALLBACK, status: 200 };
    await serve({ live: at('a'), standby: at('b') }, { tiers: ['live', 'standby'], fallback });
    const agent = new Agent({ keepAlive: true });
    const answers: Answer[] = [];
    let loading = true;
    const client = async () => {
      while (loading) answers.push(await get({ agent }));
    };
    const clients = Array.from({ length: 8 }, client);
    const served = (body: string) => eventually(() => answers.at(-1)?.body === body, `${body} is answered`);
    await served('a');
    await targets.a.die();
    await served('b');
    await targets.b.die();
    await served('{"message":"later"}');
    await targets.b.serve();
    await served('b');
    await targets.a.serve();
    await served('a');
    loading = false;
    await Promise.all(clients);
    agent.destroy();
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
  });

  it('tells the target who asks, whatever the client claims', async () => {
    await serve({ live: at('a') }, { pool: 'live' });
    const claims = { 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil' };
    await get({ path: '/x/%41?q=%20', host: 'shop.example.com:80', headers: { ...claims, 'Keep-Alive': 'timeout=9' } });
    expect(targets.a.seen[0]).toMatchObject({
      url: '/x/%41?q=%20',
      headers: {
        host: 'shop.example.com:80',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'shop.example.com:80',
      },
    });
  });
}
