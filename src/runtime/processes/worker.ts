import type { Api } from '../../model';
import { METRICS, MOMENT_BUCKETS } from '../../signals';
import { DataPlane } from '../data-plane';
import type { Prepared } from '../prepared';
import { CountReporter, type Histogram } from '../telemetry';
import { type BoundHandle, chooseTransport, type Transport } from '../transport';
import { HandedPorts } from './handed-ports';
import { WorkerLimits } from './limit-post';
import { machineNow } from './machine-clock';
import type { FromWorker, ToWorker, WorkerContext } from './messages';
import { type TargetState, ToldHealth } from './told-health';

/** How often a worker tells what it counted, unasked: what is lost with one that dies, in milliseconds. */
const REPORT_MS = 1_000;
/** How long requests may take to end once nobody looks after the worker, in milliseconds. */
const ORPHAN_MS = 10_000;

/** The process that serves. Its primary opens its ports, probes its targets, and tells it what to do. */
export function runWorker(): void {
  process.title = 'spillway worker';
  let worker: Promise<Worker> | undefined;
  let end = (): void => process.exit(0);

  process.on('message', async (message: ToWorker, handle: unknown) => {
    if (message.kind === 'begin') {
      worker = Worker.begin(message.context);
      const { stop } = await worker;
      end = () => void stop(ORPHAN_MS, false);
    } else (await worker)?.take(message, handle as BoundHandle);
  });
  process.on('disconnect', () => end());
  process.on('SIGTERM', () => end());
  // What a terminal sends to all of its processes is the primary's to answer.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});
}

class Worker {
  private readonly health = new ToldHealth();
  private readonly ports: HandedPorts;
  private readonly limits: WorkerLimits;
  private plane: DataPlane | undefined;
  private reporter: CountReporter | undefined;
  private prepared: Prepared | undefined;
  private stateDelay: Histogram | undefined;

  private constructor(
    private readonly transport: Transport,
    private readonly context: WorkerContext,
  ) {
    this.ports = new HandedPorts(transport);
    this.limits = new WorkerLimits(context.workers, (messages) => void send({ kind: 'limits', messages }));
    setInterval(() => this.report(), REPORT_MS);
  }

  static async begin(context: WorkerContext): Promise<Worker> {
    return new Worker(await chooseTransport(context.transport), context);
  }

  take(message: ToWorker, handle: BoundHandle) {
    switch (message.kind) {
      case 'port':
        return this.ports.take(message.key, message.port, handle);
      case 'health':
        return this.change(message.states, message.foundAt);
      case 'verdict':
        return this.plane?.judged(message.verdict);
      case 'gone':
        return this.health.forget(message.targets);
      case 'limits':
        return this.limits.hear(message.messages);
      case 'prepare':
        return this.answer(message.turn, async () => {
          const api: Api = JSON.parse(message.api);
          this.plane ??= this.makePlane(api.name);
          await this.prepare(this.plane, api);
        });
      case 'commit':
        this.health.begin(message.states);
        return this.answer(message.turn, async () => {
          await this.prepared?.commit();
          for (const verdict of message.verdicts) this.plane?.judged(verdict);
          await this.ports.listen();
          // Once all have answered, the limits are those of what is served.
          this.limits.flush();
        });
      case 'abandon':
        return this.answer(message.turn, async () => {
          await this.prepared?.abandon();
          this.ports.discard();
        });
      case 'count':
        return this.answer(message.turn, () => this.report());
      case 'stop':
        void this.stop(message.timeoutMs, message.gently);
    }
  }

  readonly stop = async (timeoutMs: number, gently: boolean): Promise<never> => {
    await this.plane?.stop({ timeoutMs, gently });
    await this.report();
    process.exit(0);
  };

  private change(states: readonly TargetState[], foundAt: number): void {
    this.health.change(states);
    this.stateDelay?.observe((machineNow() - foundAt) / 1000);
  }

  private async prepare(plane: DataPlane, api: Api): Promise<void> {
    this.prepared = undefined;
    try {
      this.prepared = await plane.prepare(api);
    } catch (error) {
      this.ports.discard();
      throw error;
    }
  }

  private makePlane(apiName: string): DataPlane {
    const { version, workers, ticketKeys } = this.context;
    const plane = new DataPlane(
      apiName,
      this.transport,
      { version },
      {
        openPort: this.ports.open,
        health: (configuration) => this.health.source(configuration),
        spread: (verdict) => void send({ kind: 'verdict', verdict }),
        admin: false,
        share: 1 / workers,
        limits: this.limits.limits,
        ticketKeys,
      },
    );
    this.reporter = new CountReporter(plane.registry);
    this.stateDelay = plane.registry.histogram(METRICS.targetStateDelay, MOMENT_BUCKETS, apiName);
    return plane;
  }

  private async report(): Promise<void> {
    const counts = this.reporter?.next();
    if (counts === undefined || counts.gone.length + counts.cells.length + counts.histograms.length === 0) return;
    await send({ kind: 'counts', counts });
  }

  private answer(turn: number, work: () => Promise<unknown>): void {
    work().then(
      () => send({ kind: 'done', turn }),
      (error: NodeJS.ErrnoException) => send({ kind: 'failed', turn, message: error.message, code: error.code }),
    );
  }
}

/** Resolves once the message is on its way, or there is nobody to take it. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
