/** Bounds of what is kept for one route, in each process that serves it. */
export interface StaleLimits {
  /** Of all answers together, in octets: bodies, heads and keys. */
  readonly octets: number;
  readonly answers: number;
  /** Of the body of one answer, in octets: what is larger is not kept. */
  readonly body: number;
}

/** Enough for the pages that most ask for, and little beside what a process needs anyway. */
export const STALE_LIMITS: StaleLimits = { octets: 16 * 1024 ** 2, answers: 1_000, body: 1024 ** 2 };

/** Answers to one request that differ by its fields; more than these are of no use to anybody. */
const MOST_VARIANTS = 8;
/** How long an answer is the last good one without being taken anew, in milliseconds: copying each would cost more than it is worth. */
const RENEW_MS = 1_000;

/** A good answer of a target, kept to be given again. Times in milliseconds, on the clock of the timers. */
export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Without those that frame the body or belong to a connection. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** When it came. */
  readonly at: number;
  /** How old it was then: it may have come from a cache. */
  readonly age: number;
  /** The age up to which its target lets it be given; infinite where the target says nothing. */
  readonly usableFor: number;
  /** The request's fields that it was chosen by, in small letters, with the values that they had (RFC 9110, section 12.5.5). */
  readonly vary: readonly (readonly [name: string, value: string])[];
}

/** What a stored answer's fields are compared with. */
export type FieldOf = (name: string) => string;

interface Resource {
  /** The latest is the last. */
  variants: readonly StoredAnswer[];
  octets: number;
}

/** The last good answers of a route, within bounds: what was asked for longest ago goes first. */
export class StaleStore {
  /** In the order in which they were asked for. */
  private readonly resources = new Map<string, Resource>();
  /** What all that is kept takes up. */
  octets = 0;
  /** How many answers are kept. */
  answers = 0;

  private closed = false;

  /** @param meter - what all such stores take up together, which this one keeps true for its part */
  constructor(
    readonly limits: StaleLimits = STALE_LIMITS,
    private readonly meter: { value: number } = { value: 0 },
  ) {}

  /** Whether an answer for this key would be kept now: none is, or the last is not quite new. */
  due(key: string, now: number): boolean {
    const last = this.resources.get(key)?.variants.at(-1);
    return last === undefined || now - last.at >= RENEW_MS;
  }

  /** The fields by which answers for this key were chosen, in small letters. */
  varyOf(key: string): readonly string[] {
    return this.resources.get(key)?.variants.flatMap(({ vary }) => vary.map(([name]) => name)) ?? [];
  }

  /** Keeps an answer in place of the earlier one for the same request. */
  put(key: string, answer: StoredAnswer): void {
    if (this.closed || answer.body.length > this.limits.body) return;
    const others = this.resources.get(key)?.variants.filter(({ vary }) => !sameVary(vary, answer.vary)) ?? [];
    this.replace(key, [...others.slice(1 - MOST_VARIANTS), answer]);
    for (const oldest of this.resources.keys()) {
      if (this.octets <= this.limits.octets && this.answers <= this.limits.answers) return;
      this.replace(oldest, []);
    }
  }

  /** The latest answer for a request that is not older than `maxAge`. */
  find(key: string, field: FieldOf, maxAge: number, now: number): StoredAnswer | undefined {
    const resource = this.resources.get(key);
    if (resource === undefined) return undefined;
    const usable = (one: StoredAnswer) => ageOf(one, now) <= Math.min(maxAge, one.usableFor);
    if (!resource.variants.every(usable)) this.replace(key, resource.variants.filter(usable));
    else this.touch(key, resource);
    const fitting = this.resources
      .get(key)
      ?.variants.filter(({ vary }) => vary.every(([name, value]) => field(name) === value));
    return fitting?.at(-1);
  }

  /** Whether there is any answer that is not older than `maxAge`. */
  holdsAny(maxAge: number, now: number): boolean {
    for (const { variants } of this.resources.values())
      if (variants.some((one) => ageOf(one, now) <= Math.min(maxAge, one.usableFor))) return true;
    return false;
  }

  /** Lets go of everything, and keeps nothing any more. */
  close(): void {
    this.closed = true;
    for (const key of this.resources.keys()) this.replace(key, []);
  }

  private replace(key: string, variants: readonly StoredAnswer[]): void {
    const before = this.resources.get(key);
    if (before !== undefined) {
      this.resources.delete(key);
      this.grow(-before.octets);
      this.answers -= before.variants.length;
    }
    if (variants.length === 0) return;
    const octets = variants.reduce((sum, one) => sum + octetsOf(key, one), 0);
    this.resources.set(key, { variants, octets });
    this.grow(octets);
    this.answers += variants.length;
  }

  private grow(octets: number): void {
    this.octets += octets;
    this.meter.value += octets;
  }

  private touch(key: string, resource: Resource): void {
    this.resources.delete(key);
    this.resources.set(key, resource);
  }
}

/** How old an answer is (RFC 9111, section 4.2.3), in milliseconds. */
export function ageOf({ at, age }: Pick<StoredAnswer, 'at' | 'age'>, now: number): number {
  return age + now - at;
}

function octetsOf(key: string, { body, headers, vary }: StoredAnswer): number {
  const texts = [...Object.entries(headers), ...vary].flat();
  return texts.reduce((sum, text) => sum + text.length, key.length + body.length);
}

function sameVary(a: StoredAnswer['vary'], b: StoredAnswer['vary']): boolean {
  return (
    a.length === b.length && a.every(([name, value]) => b.some((other) => other[0] === name && other[1] === value))
  );
}
