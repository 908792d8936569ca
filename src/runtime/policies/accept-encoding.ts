/** How a body may be compressed here, the best first. */
const CODINGS = ['br', 'gzip'] as const;

/** A content coding (RFC 9110, section 8.4.1). */
export type Coding = (typeof CODINGS)[number];

/** `x-gzip` is the same (RFC 9110, section 8.4.1.3). */
const ALIASES: ReadonlyMap<string, string> = new Map([['x-gzip', 'gzip']]);

const WEIGHT = /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The coding that a client likes best (RFC 9110, section 12.5.3); `undefined` where it would rather have none. Who says
 * nothing gets none: everything is acceptable to such a client, but few of them decode anything.
 * @param lines - of `Accept-Encoding`
 */
export function preferredCoding(lines: readonly string[]): Coding | undefined {
  const weights = new Map<string, number>();
  for (const element of lines.flatMap((line) => line.split(','))) {
    const [name, ...parameters] = element.split(';').map((part) => part.trim());
    const lower = name.toLowerCase();
    if (lower !== '') weights.set(ALIASES.get(lower) ?? lower, weightOf(parameters));
  }
  // Where nothing is said of it, it is acceptable, but anything that is named is liked better.
  const identity = weights.get('identity') ?? 0;
  let best: Coding | undefined;
  let most = 0;
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight > most && weight >= identity) [best, most] = [coding, weight];
  }
  return best;
}

/** From 0 to 1. What is malformed counts as not wanted. */
function weightOf(parameters: readonly string[]): number {
  const [weight] = parameters;
  if (weight === undefined) return 1;
  return WEIGHT.test(weight) ? Number(weight.slice(2)) : 0;
}
