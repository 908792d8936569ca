import { type Api, type Problem, problem, type Validation } from '../model';
import { type Feature, type FeatureUse, featureUses, type PlatformSupport } from '../platform';

/**
 * What a platform has to say about an API: an error for whatever was written and cannot be had, a note for what it
 * does approximately, and for a default that it cannot keep.
 */
export function checkSupport(description: unknown, api: Api, platform: PlatformSupport): Problem[] {
  const written = featureUses(description);
  const accepted = new Set<string>(api.accept);
  return [
    ...written.flatMap((use) => writtenProblem(use, platform, accepted)),
    ...limitProblems(api, platform),
    ...defaultNotes(written, featureUses(api), platform),
  ];
}

/**
 * A validation with what the platform has to say added; without its API where that is an error.
 * @param locate - adds to a problem where in a file it stands
 */
export function withSupport(
  { api, problems }: Validation,
  description: unknown,
  platform: PlatformSupport,
  locate: (item: Problem) => Problem = (item) => item,
): Validation {
  if (api === undefined) return { problems };
  const told = checkSupport(description, api, platform)
    .filter(({ code, severity }) => severity !== 'note' || !api.accept.includes(code))
    .map(locate);
  const all = [...problems, ...told];
  return all.some(({ severity }) => severity === 'error') ? { problems: all, api: undefined } : { problems: all, api };
}

function writtenProblem(
  { feature, path }: FeatureUse,
  platform: PlatformSupport,
  accepted: ReadonlySet<string>,
): Problem[] {
  if (feature === undefined) return [problem({ code: 'SPW4001', path, fix: 'No platform knows this word.' })];
  const support = platform.table[feature];
  if (support.level === 'impossible') {
    const message = `${platform.name} cannot do this: ${support.why}`;
    const refused = problem({ code: 'SPW4001', path, message, fix: waysOut(platform) });
    return [accepted.has('SPW4001') ? { ...refused, severity: 'warning' } : refused];
  }
  if (support.level === 'approximate' || support.level === 'emulated') {
    const message = `${platform.name} does this ${support.level === 'emulated' ? 'by emulation' : 'approximately'}: ${support.how}`;
    return [problem({ code: 'SPW4004', path, message })];
  }
  return [];
}

function waysOut(platform: PlatformSupport): string {
  return platform.name === 'runtime' ? 'Leave it out for now.' : 'Leave it out, or use dataPlane: runtime.';
}

function limitProblems(api: Api, platform: PlatformSupport): Problem[] {
  return platform.limits.flatMap((limit) =>
    valuesAt(api, limit.at)
      .filter(({ value }) => !limit.fits(value))
      .map(({ path, value }) =>
        problem({ code: 'SPW4002', path, found: value, allowed: `${limit.allowed} on ${platform.name}` }),
      ),
  );
}

function valuesAt(root: unknown, pattern: string): { path: (string | number)[]; value: unknown }[] {
  let found: { path: (string | number)[]; value: unknown }[] = [{ path: [], value: root }];
  for (const part of pattern.split('.')) {
    found = found.flatMap(({ path, value }) => {
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value)
        .filter(([key]) => part === '*' || part === key)
        .map(([key, member]) => ({ path: [...path, Array.isArray(value) ? Number(key) : key], value: member }));
    });
  }
  return found.filter(({ value }) => value !== undefined);
}

/** A default is nobody's wish: one line for each feature, not one for each place. */
function defaultNotes(
  written: readonly FeatureUse[],
  all: readonly FeatureUse[],
  platform: PlatformSupport,
): Problem[] {
  const asked = new Set(written.map(({ feature }) => feature));
  const told = new Set<Feature>();
  return all.flatMap(({ feature, path }) => {
    if (feature === undefined || asked.has(feature) || told.has(feature)) return [];
    const support = platform.table[feature];
    if (support.level === 'native' || support.level === 'proxy') return [];
    told.add(feature);
    const message =
      support.level === 'impossible'
        ? `${platform.name} cannot keep this default: ${support.why}`
        : `${platform.name} keeps this default ${support.level === 'emulated' ? 'by emulation' : 'approximately'}: ${support.how}`;
    return [problem({ code: support.level === 'impossible' ? 'SPW4003' : 'SPW4004', path, message })];
  });
}
