import { setTimeout as wait } from 'node:timers/promises';
import type { ApiDescription } from '../../src/model';
import { upTo } from './chance';
import { FaultyClients } from './faulty-clients';
import { growthPerMinute, type Sample } from './growth';
import { SoakedService } from './service';
import { SteadyClients } from './steady-clients';
import { GoodTarget, openBadTarget } from './targets';

const GOOD_TARGETS = 3;
const STEADY_CLIENTS = 10;
const FAULTY_CLIENTS = 20;
/** How long all may take to be as it was, once the load is over, in milliseconds. */
const SETTLE_MS = 30_000;

/** How long is soaked, and how it is told. */
export interface SoakOptions {
  /** Where the description is written. */
  readonly directory: string;
  readonly seconds: number;
  readonly workers: number;
  /** Between two looks at the processes. */
  readonly sampleSeconds: number;
  /** From when on growth counts: before, a program gets to its size. */
  readonly settledSeconds: number;
  /** Is told how it goes. */
  readonly tell?: (line: string) => void;
}

/** What a process did. */
export interface Soaked {
  readonly name: string;
  readonly pid: number;
  readonly samples: readonly Sample[];
  /** In octets a minute, once it had got to its size. */
  readonly growth: number;
  /** Descriptors before the load, and after it. */
  readonly before: number;
  readonly after: number;
}

/** What came of a soak. */
export interface SoakResult {
  readonly processes: readonly Soaked[];
  /** Of clients that do nothing wrong: how often each status, or error. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly faults: number;
  readonly reloads: number;
  readonly targetRestarts: number;
  readonly workerRestarts: number;
  /** Once the load is over. */
  readonly connections: number;
  readonly inFlight: number;
  readonly exitCode: number | null;
  readonly said: string;
}

/** Serves under steady load while clients and targets do wrong whatever they can, targets go and come, and it is reloaded. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { directory, seconds, workers, sampleSeconds, settledSeconds, tell = () => {} } = options;
  const good = Array.from({ length: GOOD_TARGETS }, () => new GoodTarget());
  for (const target of good) await target.open();
  const bad = await openBadTarget();
  const service = await SoakedService.start(directory, workers, (generation) => describe(good, bad.port, generation));
  try {
    const { pids, port } = service;
    const before = pids.map((pid) => service.sample(pid, 0).descriptors);
    const samples: Sample[][] = pids.map(() => []);
    const steady = new SteadyClients(port, STEADY_CLIENTS);
    const faulty = new FaultyClients(port, FAULTY_CLIENTS);
    const events = new Events(service, good, seconds);
    const started = performance.now();
    for (let at = 0; at < seconds; at = (performance.now() - started) / 1000) {
      await wait(Math.min(sampleSeconds, seconds - at + 0.001) * 1000);
      const now = (performance.now() - started) / 1000;
      for (const [i, pid] of pids.entries()) samples[i].push(service.sample(pid, now));
      tell(await lineOf(service, now, samples));
    }
    await Promise.all([steady.stop(), faulty.stop(), events.stop()]);
    await settled(service, pids, before);
    const soaked = pids.map((pid, i) => ({
      name: i === 0 ? 'primary' : `worker ${i}`,
      pid,
      samples: samples[i],
      growth: growthPerMinute(samples[i].filter((one) => one.seconds >= settledSeconds)),
      before: before[i],
      after: service.sample(pid, 0).descriptors,
    }));
    const [connections, inFlight, workerRestarts] = await Promise.all(
      ['spillway_client_connections', 'spillway_http_requests_in_flight', 'spillway_worker_restarts_total'].map(
        (name) => service.metric(name),
      ),
    );
    return {
      processes: soaked,
      outcomes: steady.outcomes,
      faults: faulty.faults,
      reloads: service.reloads,
      targetRestarts: events.restarts,
      workerRestarts,
      connections,
      inFlight,
      exitCode: await service.end(),
      said: service.said,
    };
  } finally {
    await service.end();
    bad.close();
    for (const target of good) await target.close();
  }
}

/** Targets go and come back, and the service is reloaded, at intervals. */
class Events {
  restarts = 0;
  private stopped = false;
  private readonly running: Promise<void>[];

  constructor(
    service: SoakedService,
    private readonly targets: readonly GoodTarget[],
    private readonly seconds: number,
  ) {
    this.running = [this.repeat(() => this.restart()), this.repeat(() => service.reload())];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    // A short run has its share of everything too.
    const interval = Math.min(10_000, this.seconds * 150);
    while (!this.stopped) {
      for (let waited = 0; waited < interval && !this.stopped; waited += 100) await wait(100);
      if (!this.stopped) await work();
    }
  }

  private async restart(): Promise<void> {
    const target = this.targets[upTo(this.targets.length)];
    await target.close();
    await wait(upTo(1_000));
    await target.open();
    this.restarts += 1;
  }
}

function describe(good: readonly GoodTarget[], bad: number, generation: number): Partial<ApiDescription> {
  const addresses = good.map(({ port }) => ({ address: `127.0.0.1:${port}` }));
  return {
    pools: {
      web: { targets: addresses, healthCheck: { interval: '500ms', timeout: '500ms' } },
      bad: { targets: [{ address: `127.0.0.1:${bad}` }], healthCheck: { type: 'tcp' } },
    },
    routes: {
      all: { pool: 'web' },
      bad: { path: '/bad', pool: 'bad', timeouts: { response: '1s', request: '3s', idle: '1s' } },
      generation: { path: `/generation/${generation % 2}`, pool: 'web' },
    },
  };
}

async function lineOf(service: SoakedService, now: number, samples: readonly (readonly Sample[])[]): Promise<string> {
  const sizes = samples.map((own) => {
    const { resident, descriptors } = own.at(-1) as Sample;
    return `${(resident / 1e6).toFixed(1)} MB ${descriptors} fd`;
  });
  const connections = await service.metric('spillway_client_connections');
  return `${now.toFixed(0).padStart(4)} s  ${sizes.join(' | ')}  ${connections} connections`;
}

/** Until nothing is open that was not open before, or for as long as that may take. */
async function settled(service: SoakedService, pids: readonly number[], before: readonly number[]): Promise<void> {
  const started = performance.now();
  while (performance.now() - started < SETTLE_MS) {
    const open =
      (await service.metric('spillway_client_connections')) +
      (await service.metric('spillway_http_requests_in_flight'));
    if (open === 0 && pids.every((pid, i) => service.sample(pid, 0).descriptors <= before[i])) return;
    await wait(200);
  }
}
