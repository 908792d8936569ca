import { execFileSync, spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { describeMachine } from './environment/machine';
import { type Peers, readPeers } from './environment/peers';
import type { Stage } from './environment/stage';
import type { Options } from './options';
import { PROXIES } from './proxies';
import type { ListenerKind, ProxyProgram } from './proxies/proxy';
import { startProxy } from './proxies/start';
import type { Results, WorkloadResult } from './results';
import { type Contestant, type RoundOptions, runRounds } from './rounds';
import { type IdleOutcome, measureIdle } from './special/idle';
import { measureReload, type ReloadOptions } from './special/reload';
import { measureRoutes, ROUTE_COUNTS } from './special/routes';
import { WORKLOADS } from './workloads';

const IDLE: Readonly<Record<string, { kind: ListenerKind; title: string }>> = {
  idle: { kind: 'http', title: 'clear' },
  'idle-tls': { kind: 'https', title: 'TLS 1.3' },
};
/** How large what is measured is. */
interface Scale {
  readonly idleConnections: number;
  readonly routes: readonly number[];
  readonly reload: ReloadOptions;
}

const FULL: Scale = {
  idleConnections: 9_000,
  routes: ROUTE_COUNTS,
  reload: { targets: 10_000, windowMs: 5_000 },
};
const SMOKE: Scale = { idleConnections: 300, routes: [1, 100], reload: { targets: 100, windowMs: 500 } };

const scaleOf = ({ smoke }: Options): Scale => (smoke ? SMOKE : FULL);

/** Names of everything that can be measured. */
export const MEASUREMENTS: readonly string[] = [
  ...WORKLOADS.map(({ name }) => name),
  ...Object.keys(IDLE),
  'routes',
  'reload',
];

/** What a smoke test tries. */
const SMOKED = ['spillway', 'nginx'];

/** Makes every measurement that was asked for, one after the other. */
export async function measureAll(stage: Stage, options: Options): Promise<Results> {
  const machine = describeMachine();
  const peers = readPeers();
  const proxies = PROXIES.filter(({ name }) => !options.smoke || SMOKED.includes(name));
  const workloads = await measureWorkloads(stage, proxies, peers, options);
  const idle = await measureIdleMemory(stage, proxies, peers, options);
  const asked = (name: string) => options.only.includes(name);
  const scale = scaleOf(options);
  const routes = asked('routes')
    ? await measureRoutes(stage, scale.routes, roundOptions(stage, options, 'routes'))
    : undefined;
  const reload = asked('reload') ? await reloadFigures(stage, scale.reload) : undefined;
  return {
    date: new Date().toISOString(),
    machine,
    loadAfter: loadavg()[0],
    rounds: options.rounds,
    seconds: options.seconds,
    proxies: Object.fromEntries(proxies.map((proxy) => [proxy.name, { version: proxy.version(), does: proxy.does }])),
    clients: clientVersions(),
    workloads,
    idle,
    routes,
    reload,
  };
}

/** Proxies are started once for all workloads that speak the same to them. */
async function measureWorkloads(
  stage: Stage,
  proxies: readonly ProxyProgram[],
  peers: Peers,
  options: Options,
): Promise<WorkloadResult[]> {
  const asked = WORKLOADS.filter(({ name }) => options.only.includes(name));
  const results: WorkloadResult[] = [];
  for (const kind of new Set(asked.map((workload) => workload.kind))) {
    const contestants = await Promise.all(proxies.map((proxy) => contestant(stage, proxy, kind, peers)));
    for (const { name, title, unit, load } of asked.filter((workload) => workload.kind === kind)) {
      const outcomes = await runRounds(contestants, load, roundOptions(stage, options, name));
      results.push({ name, title, unit, outcomes: Object.fromEntries(outcomes) });
    }
    for (const { running } of contestants) if ('server' in running) await running.server.end();
  }
  return results;
}

async function contestant(stage: Stage, proxy: ProxyProgram, kind: ListenerKind, peers: Peers): Promise<Contestant> {
  const { name } = proxy;
  const missing = missingPeer(proxy, peers);
  if (missing !== undefined) return { name, running: { unavailable: missing } };
  try {
    return { name, running: await startProxy(proxy, kind, stage) };
  } catch (error) {
    return { name, running: { unavailable: error instanceof Error ? error.message : String(error) } };
  }
}

const missingPeer = ({ name }: ProxyProgram, peers: Peers) => peers[name.toLowerCase()]?.missing;

async function measureIdleMemory(stage: Stage, proxies: readonly ProxyProgram[], peers: Peers, options: Options) {
  const results: { title: string; outcomes: Record<string, IdleOutcome> }[] = [];
  for (const [name, { kind, title }] of Object.entries(IDLE)) {
    if (!options.only.includes(name)) continue;
    const outcomes: Record<string, IdleOutcome> = {};
    for (const proxy of proxies) {
      const missing = missingPeer(proxy, peers);
      outcomes[proxy.name] =
        missing === undefined
          ? await measureIdle(stage, proxy, kind, scaleOf(options).idleConnections)
          : { unavailable: missing };
      tell(name, `${proxy.name} done`);
    }
    results.push({ title, outcomes });
  }
  return results;
}

async function reloadFigures(stage: Stage, options: ReloadOptions): Promise<NonNullable<Results['reload']>> {
  try {
    const figures = await measureReload(stage, options);
    tell('reload', 'done');
    return figures;
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

function roundOptions({ processes }: Stage, { rounds, seconds, warmUp }: Options, name: string): RoundOptions {
  return { processes, rounds, seconds, warmUp, progress: (text) => tell(name, text) };
}

const startedAt = performance.now();

function tell(name: string, text: string): void {
  const elapsed = `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  console.error(`${elapsed.padStart(6)}  ${name.padEnd(10)} ${text}`);
}

function clientVersions(): Record<string, string> {
  const { stdout } = spawnSync('wrk', ['-v'], { encoding: 'utf8' });
  return {
    wrk: /^wrk (\S+)/.exec(stdout)?.[1] ?? '?',
    h2load: /nghttp2\/(\S+)/.exec(spawnSync('h2load', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? '?',
    openssl: execFileSync('openssl', ['version'], { encoding: 'utf8' }).split(' ')[1],
  };
}
