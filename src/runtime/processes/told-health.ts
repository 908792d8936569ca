import type { Configuration } from '../configuration';
import type { HealthSource } from '../health-watch';
import type { Target } from '../upstream';

/** What the probes have found out about a target. */
export interface TargetState {
  readonly pool: string;
  readonly key: string;
  readonly up: boolean;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  readonly lastError: string | undefined;
}

/** What tells a target from others, in every process. */
export type TargetName = Pick<TargetState, 'pool' | 'key'>;

/** How a target is. */
export function stateOf({ pool, key, health: { up, since, lastError } }: Target): TargetState {
  return { pool, key, up, since, lastError };
}

/** How those targets are of which something is known. */
export function statesOf(targets: readonly Target[]): TargetState[] {
  return targets.filter(({ health }) => !health.unknown).map(stateOf);
}

/** Lets a target go on with what another process has found out. */
export function restore(configuration: Configuration, state: TargetState): void {
  configuration.sameAs(state)?.restore(state.up, state.since, state.lastError);
}

/**
 * The health of targets in a process that does not probe: as another one tells it. Processes discover targets on their
 * own, so what is told of one that is not known here yet is kept for it.
 */
export class ToldHealth {
  private states = new Map<string, TargetState>();
  private configuration: Configuration | undefined;

  /** Of one configuration after the other. */
  source(configuration: Configuration): HealthSource {
    return {
      start: () => {
        this.configuration = configuration;
        for (const state of this.states.values()) restore(configuration, state);
      },
      follow: ({ joined }) => {
        for (const target of joined) {
          const state = this.states.get(idOf(target));
          if (state !== undefined) restore(configuration, state);
        }
      },
      // Tiers are told of by who probes.
      availabilityChanged: () => {},
      stop: () => {},
    };
  }

  /** All that is known from now on. */
  begin(states: readonly TargetState[]): void {
    this.states = new Map(states.map((state) => [idOf(state), state]));
  }

  /** Some targets have changed. */
  change(states: readonly TargetState[]): void {
    for (const state of states) {
      this.states.set(idOf(state), state);
      if (this.configuration !== undefined) restore(this.configuration, state);
    }
  }

  /** Some targets are gone: should their like come back, nothing is known of them. */
  forget(names: readonly TargetName[]): void {
    for (const name of names) this.states.delete(idOf(name));
  }
}

function idOf({ pool, key }: TargetName): string {
  return `${pool} ${key}`;
}
