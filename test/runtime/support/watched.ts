import type { Api } from '../../../src/model';
import { Configuration } from '../../../src/runtime/configuration';
import type { RuntimeEvent } from '../../../src/runtime/event';
import type { Verdict } from '../../../src/runtime/judging';
import { Names, SystemResolver } from '../../../src/runtime/names';
import { Registry } from '../../../src/runtime/telemetry';
import { TimerWheel } from '../../../src/runtime/timers';
import { TrafficWatch } from '../../../src/runtime/traffic-watch';
import type { Target } from '../../../src/runtime/upstream';

const UNHEARD = { changed() {}, failed() {}, forgotten() {} };

/** Targets that are judged by requests that a test makes up, by a clock that it turns. */
export class Watched {
  readonly events: RuntimeEvent[] = [];
  /** What was told to other processes. */
  readonly verdicts: Verdict[] = [];
  readonly registry = new Registry();
  configuration!: Configuration;
  watch!: TrafficWatch;
  now = 1_000;
  private readonly wheel = new TimerWheel(() => this.now);
  private readonly names = new Names(new SystemResolver({ servers: [] }), this.wheel, UNHEARD);

  private constructor(private readonly share: number) {}

  static async open(api: Api, share = 1): Promise<Watched> {
    const watched = new Watched(share);
    await watched.load(api);
    return watched;
  }

  /** As a data plane loads another description. */
  async load(api: Api): Promise<void> {
    const { configuration: before, registry, wheel, names } = this;
    const clock = () => this.now;
    const configuration = await Configuration.make({ api, wanted: [], registry, names, before, clock });
    configuration.takeOver(before);
    this.configuration = configuration;
    this.watch?.stop();
    this.watch = new TrafficWatch(configuration, {
      api: api.name,
      registry,
      wheel,
      share: this.share,
      tell: (event) => void this.events.push(event),
      changed: () => {},
      spread: (verdict) => void this.verdicts.push(verdict),
      spares: (target) => configuration.spares(target),
    });
    this.watch.start();
  }

  get targets(): readonly Target[] {
    return this.configuration.targets;
  }

  /** The targets that may be sent requests, by their places. */
  get available(): number[] {
    return this.targets.flatMap(({ available }, place) => (available ? [place] : []));
  }

  /** Sends requests to a target one after the other: `.` succeeds, `x` is answered by 500, `g` by nothing, `-` is aborted. */
  send(place: number, results: string): void {
    const target = this.targets[place];
    for (const one of results) {
      const round = target.began();
      if (one === '.') target.ended('ok', 200, 1, round);
      else if (one === 'x') target.ended('5xx', 500, 1, round);
      else if (one === 'g') target.ended('reset', 0, 1, round);
      else target.ended('aborted', 0, 1, round);
      target.left();
    }
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; ) {
      this.now = Math.min(this.now + 10, end);
      this.wheel.advance();
    }
  }

  /** The lines of a metric, without its name. */
  metric(name: string): string[] {
    const lines = this.registry.render().split('\n');
    return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));
  }
}
