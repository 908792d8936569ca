/** A media range of `Accept`, with its weight. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** A member of a list, up to a comma or semicolon that is not quoted. */
const PART = /(?:[^,;"]|"(?:[^"\\]|\\.)*"?)+|[,;]/g;
/** RFC 9110, section 12.4.2. */
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * How much a client wants a media type, by its `Accept` (RFC 9110, section 12.5.1): 0 for not at all, 1 where it says
 * nothing. Of the ranges that fit, the most specific counts.
 */
export function qualityOf(accept: string, mediaType: string): number {
  if (accept === '') return 1;
  const offered = rangesOf(mediaType)[0];
  if (offered === undefined) return 0;
  let best = -1;
  let quality = 0;
  for (const range of rangesOf(accept)) {
    const specific = fits(range, offered);
    if (specific <= best) continue;
    best = specific;
    quality = range.quality;
  }
  return quality;
}

/** How specifically a range means a type: from 0 for every type, -1 where it does not. */
function fits({ type, subtype, parameters }: MediaRange, offered: MediaRange): number {
  if (type === '*') return subtype === '*' ? 0 : -1;
  if (type !== offered.type) return -1;
  if (subtype === '*') return 1;
  if (subtype !== offered.subtype) return -1;
  for (const [name, value] of parameters) if (offered.parameters.get(name) !== value) return -1;
  return 2 + parameters.size;
}

function rangesOf(list: string): MediaRange[] {
  const ranges: MediaRange[] = [];
  let parts: string[] = [];
  const close = () => {
    const range = rangeOf(parts);
    if (range !== undefined) ranges.push(range);
    parts = [];
  };
  for (const [part] of list.matchAll(PART)) {
    if (part === ',') close();
    else if (part !== ';') parts.push(part.trim());
  }
  close();
  return ranges;
}

/** `undefined` where it is malformed: then it says nothing. */
function rangeOf([media = '', ...rest]: readonly string[]): MediaRange | undefined {
  const [type, subtype, more] = media.toLowerCase().split('/');
  if (!type || !subtype || more !== undefined) return undefined;
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const parameter of rest) {
    const [name, value = ''] = parameter.split('=', 2).map((part) => part.trim());
    if (name.toLowerCase() === 'q') {
      if (!QUALITY.test(value)) return undefined;
      quality = Number(value);
    } else if (name !== '') parameters.set(name.toLowerCase(), unquoted(value).toLowerCase());
  }
  return { type, subtype, parameters, quality };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
