import type { Configuration } from '../configuration';
import type { HealthSource } from '../health-watch';
import type { Target } from '../upstream';

/** What the probes have found out about a target. */
export interface TargetState {
  readonly key: string;
  readonly up: boolean;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  readonly lastError: string | undefined;
}

/** How a target is. */
export function stateOf({ key, health: { up, since, lastError } }: Target): TargetState {
  return { key, up, since, lastError };
}

/** The health of targets in a process that does not probe: as another one tells it. */
export class ToldHealth {
  private states = new Map<string, TargetState>();
  private configuration: Configuration | undefined;

  /** Of one configuration after the other. */
  source(configuration: Configuration): HealthSource {
    return {
      start: () => {
        this.configuration = configuration;
        for (const state of this.states.values()) this.apply(state);
      },
      stop: () => {},
    };
  }

  /** All that is to be known from now on: what is not named is as it was, or up. */
  begin(states: readonly TargetState[]): void {
    this.states = new Map(states.map((state) => [state.key, state]));
  }

  /** Some targets have changed. */
  change(states: readonly TargetState[]): void {
    for (const state of states) {
      this.states.set(state.key, state);
      this.apply(state);
    }
  }

  private apply({ key, up, since, lastError }: TargetState): void {
    this.configuration?.sameAs({ key })?.restore(up, since, lastError);
  }
}
