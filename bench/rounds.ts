import { PROXY_CORE, type Processes } from './environment/processes';
import { coreTime, cpuTime } from './measuring/usage';
import type { RunningProxy } from './proxies/start';
import type { Load } from './workloads';

/** How long a measurement may become, in seconds. */
const LONGEST = 8;

/** What one round has measured; times in microseconds for each operation. */
export interface Sample {
  readonly operations: number;
  readonly user: number;
  readonly system: number;
  readonly total: number;
  /** Share of its core that the proxy used, 0 to 1. */
  readonly busy: number;
  /** Share of the same core that others used, 0 to 1: what disturbs the measurement. */
  readonly foreign: number;
}

/** What is known of one proxy after all rounds. */
export type Outcome =
  | { readonly samples: readonly Sample[]; readonly unavailable?: undefined }
  | { readonly unavailable: string; readonly samples?: undefined };

/** Somebody who takes part in the rounds: at work, or with the reason why not. */
export interface Contestant {
  readonly name: string;
  readonly running: RunningProxy | { readonly unavailable: string };
}

export interface RoundOptions {
  readonly processes: Processes;
  readonly rounds: number;
  readonly seconds: number;
  /** How long each is warmed up first, which also shows whether it can. 0: not at all. */
  readonly warmUp: number;
  readonly progress: (text: string) => void;
}

/**
 * Measures each contestant once in every round, so that what disturbs the machine disturbs them alike; each round begins
 * with another one. Who fails once takes no further part.
 */
export async function runRounds(
  contestants: readonly Contestant[],
  load: Load,
  { processes, rounds, seconds, warmUp, progress }: RoundOptions,
): Promise<Map<string, Outcome>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  const failures = new Map<string, string>();
  const attempt = async ({ name, running }: Contestant, time: number): Promise<Sample | undefined> => {
    if (failures.has(name)) return undefined;
    try {
      if ('unavailable' in running) throw new Error(running.unavailable);
      return await measureLonger(processes, running, load, time);
    } catch (error) {
      failures.set(name, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };

  if (warmUp > 0) for (const contestant of contestants) await attempt(contestant, warmUp);
  for (let round = 0; round < rounds; round++) {
    const told: string[] = [];
    for (const contestant of rotated(contestants, round)) {
      const sample = await attempt(contestant, seconds);
      if (sample !== undefined) samples.get(contestant.name)?.push(sample);
      told.push(`${contestant.name} ${sample === undefined ? '–' : sample.total.toFixed(1)}`);
    }
    progress(`round ${round + 1} of ${rounds}: ${told.join(', ')}`);
  }
  return new Map(
    [...samples].map(([name, own]) => {
      const failure = failures.get(name);
      return [name, failure === undefined ? { samples: own } : { unavailable: failure }];
    }),
  );
}

/** A busy machine may leave a short measurement without a single answer: then a longer one is made. */
async function measureLonger(processes: Processes, running: RunningProxy, load: Load, time: number): Promise<Sample> {
  for (let seconds = time; seconds <= LONGEST; seconds *= 2) {
    const sample = await measure(processes, running, load, seconds);
    if (sample !== undefined) return sample;
  }
  throw new Error('nothing was answered');
}

async function measure(
  processes: Processes,
  running: RunningProxy,
  load: Load,
  seconds: number,
): Promise<Sample | undefined> {
  const look = () => ({ at: performance.now() * 1000, ...cpuTime(running.server.pid), core: coreTime(PROXY_CORE) });
  const before = look();
  const work = await load(processes, running.port, seconds);
  const after = look();
  running.server.alive();
  if (work.failure !== undefined) throw new Error(work.failure);
  if (work.operations === 0) return undefined;
  const [user, system, length] = [after.user - before.user, after.system - before.system, after.at - before.at];
  return {
    operations: work.operations,
    user: user / work.operations,
    system: system / work.operations,
    total: (user + system) / work.operations,
    busy: (user + system) / length,
    foreign: Math.max(0, after.core - before.core - user - system) / length,
  };
}

/** The same in turn, beginning with another one in each round. */
export function rotated<Item>(items: readonly Item[], round: number): Item[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
