import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiDescription } from '../../src/model';
import type { Stage } from '../environment/stage';
import { quantile } from '../measuring/statistics';
import { serveFile, writeDescription } from '../proxies/spillway';
import { startOn } from '../proxies/start';

/** What a reload of a large description does to the requests under way; times in milliseconds. */
export interface ReloadFigures {
  readonly targets: number;
  /** From the signal until the new description serves; of each reload. */
  readonly durations: readonly number[];
  readonly requests: number;
  readonly failures: number;
  /** 99 % of the requests were faster, without and with a reload in the same length of time. */
  readonly p99Before: number;
  readonly p99During: number;
  readonly slowestBefore: number;
  readonly slowestDuring: number;
}

const REQUESTS_PER_SECOND = 500;
const RELOADS = 3;
const TARGETS_PER_POOL = 100;
/** How often it is asked whether the new description serves, in milliseconds. */
const POLL = 2;
const RELOAD_LIMIT = 60_000;

/** What is reloaded, and how long it is watched. */
export interface ReloadOptions {
  /** Number of targets, a multiple of 100. */
  readonly targets: number;
  /** How long the load is watched without a reload, and around each reload, in milliseconds. */
  readonly windowMs: number;
}

/** Reloads a description with many targets, of which one route is new each time, while requests come at a steady rate. */
export async function measureReload(stage: Stage, { targets, windowMs }: ReloadOptions): Promise<ReloadFigures> {
  const pools = targets / TARGETS_PER_POOL;
  let file = '';
  let port = 0;
  const description = (generation: number) => manyTargets(pools, port, stage.upstream.ports, generation);
  const { server } = await startOn(stage, (home, ownPort) => {
    port = ownPort;
    file = join(home, 'api.yaml');
    return serveFile(home, description(0));
  });
  const load = startLoad(stage, port, pools);
  try {
    await wait(windowMs / 2);
    load.take();
    await wait(windowMs);
    const before = load.take();
    const during: number[] = [];
    const durations: number[] = [];
    for (let generation = 1; generation <= RELOADS; generation++) {
      writeDescription(file, description(generation));
      load.take();
      const startedAt = performance.now();
      process.kill(server.pid, 'SIGHUP');
      await untilServed(port, generation, startedAt);
      durations.push(performance.now() - startedAt);
      await wait(Math.max(0, windowMs - (performance.now() - startedAt)));
      during.push(...load.take());
    }
    const failures = await load.end();
    return {
      targets,
      durations,
      requests: before.length + during.length,
      failures,
      p99Before: quantile(before, 0.99),
      p99During: quantile(during, 0.99),
      slowestBefore: quantile(before, 1),
      slowestDuring: quantile(during, 1),
    };
  } finally {
    await load.end();
    await server.end();
  }
}

function manyTargets(count: number, port: number, ports: readonly number[], generation: number): ApiDescription {
  const targets = ports.slice(0, TARGETS_PER_POOL).map((target) => ({ address: `127.0.0.1:${target}` }));
  const numbers = Array.from({ length: count }, (_, pool) => pool);
  const pools = numbers.map((pool) => [`pool${pool}`, { targets }]);
  const routes = numbers.map((pool) => [`pool${pool}`, { path: `/${pool}/*`, pool: `pool${pool}` }]);
  return {
    version: 1,
    name: 'reload',
    listeners: { web: { address: '127.0.0.1', port } },
    pools: Object.fromEntries(pools),
    routes: {
      ...Object.fromEntries(routes),
      generation: { path: `/generation/${generation}`, pool: 'pool0' },
    },
  };
}

async function untilServed(port: number, generation: number, startedAt: number): Promise<void> {
  while ((await statusOf(`http://127.0.0.1:${port}/generation/${generation}`)) !== 200) {
    if (performance.now() - startedAt > RELOAD_LIMIT) throw new Error('the new description is not served');
    await wait(POLL);
  }
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
}

/** Requests at a steady rate by a process of its own; `take` gives the times of those that ended since the last `take`. */
function startLoad(stage: Stage, port: number, paths: number) {
  const program = join(__dirname, '..', 'clients', 'programs', 'steady.mjs');
  const options = JSON.stringify({ port, perSecond: REQUESTS_PER_SECOND, paths });
  const child = stage.processes.startClient(process.execPath, [program, options]);
  let times: number[] = [];
  let failures = 0;
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (line === 'failed') failures += 1;
    else times.push(Number(line));
  });
  return {
    take(): number[] {
      const taken = times;
      times = [];
      return taken;
    },
    async end(): Promise<number> {
      child.stdin?.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return failures;
    },
  };
}
