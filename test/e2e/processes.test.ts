import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Peer } from '../runtime/support/peer';
import { BusyClients } from '../support/clients';
import { end, fetchText, serve, until } from '../support/processes';
import { childrenOf, metricOf, RUNTIME, runs, startService } from '../support/service';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-processes-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FAST = { interval: '100ms', timeout: '100ms', path: '/', healthyThreshold: 1, unhealthyThreshold: 1 };
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** An HTTP server that answers with a text. */
async function target(text: string, port?: number): Promise<{ address: string; server: Server }> {
  const opened = await serve((_, response) => response.end(text), port);
  onTestFinished(() => shut(opened.server));
  return { address: `127.0.0.1:${opened.port}`, server: opened.server };
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

const poolOf = (targets: readonly object[], healthCheck: object = FAST) => ({
  pools: { web: { targets, healthCheck } },
  routes: { all: { pool: 'web' } },
});

describe('a worker that is killed under load', () => {
  it('is replaced; requests that it had are lost, and no others; what it counted is kept', async () => {
    const { address } = await target('hello');
    const { child, url, adminUrl } = await startService(poolOf([{ address }]), { directory });
    const clients = new BusyClients(url, 8);
    await clients.more(200);
    const [killed, other] = childrenOf(child.pid as number);
    process.kill(killed, 'SIGKILL');
    await until(() => /a worker serves in its place/.test(child.output()), 'another worker serves');
    await clients.more(200);
    const { answered, failures } = await clients.stop();
    // Of each connection to that worker, at most the request that was under way.
    expect(failures.length).toBeLessThanOrEqual(8);
    expect(new Set(failures)).toEqual(failures.length === 0 ? new Set() : new Set(['ECONNRESET']));
    expect(childrenOf(child.pid as number)).toHaveLength(2);
    expect(childrenOf(child.pid as number)).toContain(other);
    const metrics = await fetchText(`${adminUrl}/metrics`);
    expect(metricOf(metrics, 'spillway_worker_restarts_total{api="shop"}')).toBe(1);
    expect(metricOf(metrics, 'spillway_workers{api="shop"}')).toBe(2);
    expect(metricOf(metrics, 'spillway_client_connections{')).toBeLessThanOrEqual(8);
    expect(answered).toBeGreaterThan(400);
    expect(await end(child)).toBe(0);
  });

  it('loses no connection that waits: all workers are gone, and the next ones answer it', async () => {
    const { child, url } = await startService(
      { routes: { all: { fallback: { status: 200, text: 'here' } } } },
      { directory },
    );
    for (const worker of childrenOf(child.pid as number)) process.kill(worker, 'SIGKILL');
    await until(() => childrenOf(child.pid as number).length === 0, 'no worker is left');
    const client = await Peer.to(url);
    client.send(GET);
    await client.until(/here$/);
    client.close();
  });

  it('begins with what the probes have found out', async () => {
    const [gone, standby] = [await target('gone'), await target('standby')];
    shut(gone.server);
    const { child, url, adminUrl } = await startService(
      poolOf([{ address: gone.address }, { address: standby.address, priority: -1 }]),
      { directory, workers: 1 },
    );
    await until(
      async () => metricOf(await fetchText(`${adminUrl}/metrics`), 'spillway_tier_switches_total{') === 1,
      'the target is down',
    );
    for (const worker of childrenOf(child.pid as number)) process.kill(worker, 'SIGKILL');
    const tried = async () =>
      metricOf(
        await fetchText(`${adminUrl}/metrics`),
        `spillway_target_requests_total{api="shop",tier="web",target="${gone.address}",outcome="connect"}`,
      );
    const before = await tried();
    for (let i = 0; i < 10; i++) expect(await fetchText(url)).toBe('standby');
    expect(await tried()).toBe(before);
  });
});

describe('health', () => {
  it('is told to every worker before anyone else hears of it', async () => {
    const [first, standby] = [await target('first'), await target('standby')];
    const { url, adminUrl } = await startService(
      poolOf([{ address: first.address }, { address: standby.address, priority: -1 }]),
      { directory, workers: 4 },
    );
    expect(await fetchText(url)).toBe('first');
    shut(first.server);
    const failed = (metrics: string | undefined) =>
      metricOf(
        metrics,
        `spillway_target_requests_total{api="shop",tier="web",target="${first.address}",outcome="connect"}`,
      );
    // Workers answer for their counts after what they were told before: by then each of them knows.
    const metrics = await until(async () => {
      const found = await fetchText(`${adminUrl}/metrics`);
      return metricOf(found, 'spillway_tier_switches_total{') === 1 ? found : undefined;
    }, 'the switch');
    const texts = await Promise.all(Array.from({ length: 40 }, () => fetchText(url)));
    expect(new Set(texts)).toEqual(new Set(['standby']));
    expect(failed(await fetchText(`${adminUrl}/metrics`))).toBe(failed(metrics));
    expect(metricOf(metrics, 'spillway_target_health_transitions_total{')).toBe(1);
  });
});

describe('what the probes find', () => {
  it('is what every worker goes by within 10 ms, as a rule', async () => {
    const flips = await Promise.all(
      Array.from({ length: 10 }, async () => {
        let up = true;
        const { port, server } = await serve((_, response) => {
          up = !up;
          response.writeHead(up ? 200 : 503).end();
        });
        onTestFinished(() => shut(server));
        return { address: `127.0.0.1:${port}` };
      }),
    );
    const { adminUrl } = await startService(poolOf(flips), { directory, workers: 2 });
    const told = (line: string) => `spillway_target_state_delay_seconds_${line}{api="shop"`;
    // 200 changes, each told to two workers.
    const metrics = await until(async () => {
      const found = await fetchText(`${adminUrl}/metrics`);
      return metricOf(found, told('count')) >= 400 ? found : undefined;
    }, '200 changes');
    const all = metricOf(metrics, told('count'));
    // A machine that is busy with other things delays some; a timer or a batch on the way would delay most.
    expect(metricOf(metrics, `${told('bucket')},le="0.01"`) / all).toBeGreaterThan(0.5);
  });
});

describe('an ejection', () => {
  it('by one worker holds for all of them, and is counted once', async () => {
    const good = await target('good');
    const bad = await serve((_, response) => response.writeHead(500).end('bad'));
    onTestFinished(() => shut(bad.server));
    const address = `127.0.0.1:${bad.port}`;
    const pool = poolOf([{ address }, { address: good.address }], { interval: '1h' });
    Object.assign(pool.pools.web, { outlierEjection: { consecutiveFailures: 1, baseTime: '1h', maxTime: '1h' } });
    const { child, url, adminUrl } = await startService(pool, { directory, workers: 4 });
    await until(async () => (await fetchText(url)) === 'bad', 'a failure');
    // Workers answer for their counts after what they were told before: by then each of them knows.
    const ejections = `spillway_target_ejections_total{api="shop",pool="web",target="${address}",reason="consecutiveFailures"}`;
    const metrics = await until(async () => {
      const found = await fetchText(`${adminUrl}/metrics`);
      return metricOf(found, ejections) === 1 ? found : undefined;
    }, 'the ejection');
    expect(metricOf(metrics, `spillway_target_ejected{api="shop",pool="web",target="${address}"}`)).toBe(1);
    const texts = await Promise.all(Array.from({ length: 40 }, () => fetchText(url)));
    expect(new Set(texts)).toEqual(new Set(['good']));
    // Also for those that begin later.
    const workers = childrenOf(child.pid as number);
    for (const worker of workers) process.kill(worker, 'SIGKILL');
    await until(() => {
      const now = childrenOf(child.pid as number);
      return now.length === 4 && now.every((pid) => !workers.includes(pid));
    }, 'other workers');
    for (let i = 0; i < 20; i++) expect(await fetchText(url)).toBe('good');
    expect(metricOf(await fetchText(`${adminUrl}/metrics`), ejections)).toBe(1);
  });
});

describe('reload', () => {
  it('under load fails no request, loses no connection, and keeps the health of targets that stay', async () => {
    const [a, b, dead] = [await target('a'), await target('b'), await target('dead')];
    shut(dead.server);
    const pools = (address: string) =>
      poolOf([{ address }, { address: dead.address }], { ...FAST, healthyThreshold: 100 });
    const { child, url, adminUrl, write } = await startService(pools(a.address), { directory });
    const down = async () => {
      const status = JSON.parse((await fetchText(`${adminUrl}/status`)) as string);
      return status.pools.web.find(({ target }: { target: string }) => target === dead.address);
    };
    await until(async () => (await down()).state === 'down', 'the dead target is found');
    const since = (await down()).since;
    const clients = new BusyClients(url, 8);
    await clients.more(100);
    for (let i = 1; i <= 6; i++) {
      const [text, address] = i % 2 === 1 ? ['b', b.address] : ['a', a.address];
      write(pools(address));
      child.kill('SIGHUP');
      await until(() => child.output().split('reloaded').length - 1 === i, 'the reload');
      const before = clients.outcomes.texts.get(text) ?? 0;
      await until(() => (clients.outcomes.texts.get(text) ?? 0) > before + 50, `answers of ${text}`);
    }
    const { failures, connections } = await clients.stop();
    expect(failures).toEqual([]);
    expect(connections).toBe(8);
    expect(await down()).toMatchObject({ state: 'down', since });
  });

  it('changes nothing in any worker where one listener cannot open', async () => {
    const { port, server } = await serve((_, response) => response.end());
    onTestFinished(() => shut(server));
    const answer = (text: string) => ({ routes: { all: { fallback: { status: 200, text } } } });
    const { child, url, write } = await startService(answer('one'), { directory });
    const own = Number(new URL(url).port);
    write({
      ...answer('two'),
      listeners: { web: { address: '127.0.0.1', port: own }, more: { address: '127.0.0.1', port } },
    });
    child.kill('SIGHUP');
    await until(() => /not reloaded.*EADDRINUSE/.test(child.output()), 'the refusal');
    const texts = await Promise.all(Array.from({ length: 20 }, () => fetchText(url)));
    expect(new Set(texts)).toEqual(new Set(['one']));
  });

  it('changes nothing in any worker where one of them cannot do it', async () => {
    const answer = (text: string) => ({ routes: { all: { fallback: { status: 200, text } } } });
    const { child, url, write } = await startService(answer('one'), { directory });
    write({ ...answer('two'), accessLog: { path: join(directory, 'no', 'such', 'directory') } });
    child.kill('SIGHUP');
    await until(() => /not reloaded.*ENOENT/.test(child.output()), 'the refusal');
    const texts = await Promise.all(Array.from({ length: 20 }, () => fetchText(url)));
    expect(new Set(texts)).toEqual(new Set(['one']));
    write(answer('three'));
    child.kill('SIGHUP');
    await until(async () => (await fetchText(url)) === 'three', 'the next reload');
  });
});

describe('the end', () => {
  /** Starts a request whose target does not answer yet. */
  async function slowRequest(options: { workers?: number } = {}) {
    let answer = () => {};
    const { port, server } = await serve((_, response) => {
      answer = () => response.end('late');
    });
    onTestFinished(() => shut(server));
    const service = await startService(poolOf([{ address: `127.0.0.1:${port}` }], { type: 'tcp', interval: '1h' }), {
      directory,
      ...options,
    });
    const asked = fetchText(service.url);
    await once(server, 'request');
    return { ...service, asked, answer: () => answer() };
  }

  it('by SIGTERM closes the port, lets requests finish, and is 0', async () => {
    const { child, url, asked, answer } = await slowRequest();
    const workers = childrenOf(child.pid as number);
    const ended = end(child);
    await until(async () => (await refused(url)) || undefined, 'the port is closed');
    answer();
    expect(await asked).toBe('late');
    expect(await ended).toBe(0);
    expect(workers.filter(runs)).toEqual([]);
  });

  it('by a second signal is at once', async () => {
    const { child, url, asked } = await slowRequest();
    const workers = childrenOf(child.pid as number);
    child.kill('SIGTERM');
    await until(async () => (await refused(url)) || undefined, 'the port is closed');
    expect(await end(child)).toBe(143);
    expect(await asked).toBeUndefined();
    await until(() => workers.filter(runs).length === 0, 'no worker is left');
  });

  it('by Ctrl-C, which a terminal sends to all processes, is 0, and none is left', async () => {
    const { file, child: other } = await startService({ routes: {} }, { directory });
    await end(other);
    const child = spawn(process.execPath, [RUNTIME, 'run', file, '--workers', '3'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (text) => {
      output += text;
    });
    await until(() => /serves web/.test(output), 'it serves');
    const pid = child.pid as number;
    const workers = childrenOf(pid);
    expect(workers).toHaveLength(3);
    const gone = once(child, 'exit');
    process.kill(-pid, 'SIGINT');
    expect(await gone).toEqual([0, null]);
    expect(output).not.toContain('a worker ended');
    await until(() => workers.filter(runs).length === 0, 'no worker is left');
  });

  it('of the primary alone ends its workers, once their requests are done', async () => {
    const { child, url, asked, answer } = await slowRequest();
    const workers = childrenOf(child.pid as number);
    process.kill(child.pid as number, 'SIGKILL');
    await until(async () => (await refused(url)) || undefined, 'the port is closed');
    answer();
    expect(await asked).toBe('late');
    await until(() => workers.filter(runs).length === 0, 'no worker is left');
  });
});

/** Whether nobody takes a connection. */
function refused(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
