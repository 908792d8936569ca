import { setTimeout as wait } from 'node:timers/promises';
import { type Asking, type Sample, SteadyLoad } from './load';

/** A phase of the story: something happens, and from then on somebody should answer. */
export interface Phase {
  readonly title: string;
  /** What happens; the time to switch counts from when it begins, or from when it is done where a server must start first. */
  readonly event: () => Promise<void>;
  readonly countsFrom: 'begin' | 'done';
  readonly expected: string;
}

/** A server that can be killed and started again. */
export interface Server {
  start(): Promise<void>;
  kill(): Promise<void>;
}

export interface PhaseResult {
  readonly title: string;
  readonly expected: string;
  readonly requests: number;
  readonly failures: readonly string[];
  /** Answers by who gave them. */
  readonly answers: Readonly<Record<string, number>>;
  /** Milliseconds until every answer came from the expected one; `undefined` where that never happened. */
  readonly switchedAfter: number | undefined;
  readonly slowest: number;
}

/** The reference story: the first server dies and returns, then both die and return. */
export function referencePhases(web1: Server, web2: Server): readonly Phase[] {
  const both = async (work: (server: Server) => Promise<void>) => {
    await Promise.all([web1, web2].map(work));
  };
  return [
    { title: 'web1 serves', event: async () => {}, countsFrom: 'begin', expected: 'web1' },
    { title: 'web1 is killed', event: () => web1.kill(), countsFrom: 'begin', expected: 'web2' },
    { title: 'web1 returns', event: () => web1.start(), countsFrom: 'done', expected: 'web1' },
    { title: 'both are killed', event: () => both((one) => one.kill()), countsFrom: 'begin', expected: 'fallback' },
    { title: 'both return', event: () => both((one) => one.start()), countsFrom: 'done', expected: 'web1' },
  ];
}

export interface StoryOptions {
  readonly asking: Asking;
  readonly phases: readonly Phase[];
  /** How long each phase lasts. */
  readonly phaseMs: number;
  readonly tell?: (result: PhaseResult) => void;
  readonly announce?: (phase: Phase) => void;
  /** Told a few times a second how many requests have been sent. */
  readonly progress?: (phase: Phase, sent: number) => void;
}

const PROGRESS_MS = 250;

/** Lives through every phase under a steady load, and measures each. The servers run when it begins. */
export async function liveThrough(options: StoryOptions): Promise<PhaseResult[]> {
  const { asking, phases, phaseMs } = options;
  const load = new SteadyLoad(asking);
  const results: PhaseResult[] = [];
  try {
    for (const phase of phases) {
      options.announce?.(phase);
      const begin = performance.now();
      await phase.event();
      const from = phase.countsFrom === 'begin' ? begin : performance.now();
      for (const end = performance.now() + phaseMs; performance.now() < end; ) {
        await wait(Math.min(PROGRESS_MS, Math.max(1, end - performance.now())));
        options.progress?.(phase, load.sent);
      }
      const result = summarise(phase, await load.since(begin), from);
      results.push(result);
      options.tell?.(result);
    }
  } finally {
    load.stop();
  }
  return results;
}

/** What the samples of a phase show. */
export function summarise(
  phase: Pick<Phase, 'title' | 'expected'>,
  samples: readonly Sample[],
  from: number,
): PhaseResult {
  const answers: Record<string, number> = {};
  for (const { answeredBy } of samples)
    if (answeredBy !== undefined) answers[answeredBy] = (answers[answeredBy] ?? 0) + 1;
  const expected = samples.filter(({ answeredBy }) => answeredBy === phase.expected);
  const others = samples.filter(({ answeredBy }) => answeredBy !== undefined && answeredBy !== phase.expected);
  const lastOther = Math.max(from, ...others.map(({ endedAt }) => endedAt));
  const settled = expected.filter(({ endedAt }) => endedAt >= lastOther).map(({ endedAt }) => endedAt);
  return {
    title: phase.title,
    expected: phase.expected,
    requests: samples.length,
    failures: samples.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    answers,
    switchedAfter: settled.length === 0 ? undefined : Math.min(...settled) - from,
    slowest: Math.max(0, ...samples.map(({ startedAt, endedAt }) => endedAt - startedAt)),
  };
}
