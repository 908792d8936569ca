import { Api, MODEL_VERSION } from './api';
import { deepFreeze } from './freeze';
import { InvalidDescription, type Problem, problem } from './problem';
import { RULES } from './rules';
import { isLoose } from './rules/loose';
import { shapeProblems } from './shape';

/** What became of a description. */
export interface Validation {
  /** Everything that is wrong or doubtful, errors first. */
  readonly problems: readonly Problem[];
  /** The API with its defaults, frozen; `undefined` where there is an error. */
  readonly api?: Api;
}

/** Reads a description as data: finds every problem at once, and gives the API when there is no error. */
export function validate(description: unknown): Validation {
  if (isLoose(description) && typeof description.version === 'number' && description.version > MODEL_VERSION) {
    const newer = problem({
      code: 'SPW1005',
      path: ['version'],
      found: description.version,
      allowed: `${MODEL_VERSION}`,
    });
    return { problems: [newer] };
  }
  const parsed = Api.safeParse(description);
  const shape = parsed.success ? [] : shapeProblems(parsed.error.issues, description);
  const rules = isLoose(description) ? RULES.flatMap((rule) => rule(description)) : [];
  const accepted = new Set(parsed.success ? parsed.data.accept : []);
  const all = [...shape, ...rules];
  const errors = all.filter((item) => item.severity === 'error');
  // A pool often looks unused only because its name is misspelt where it is used.
  const doubts = all.filter((item) => item.severity !== 'error' && !(errors.length > 0 && item.code === 'SPW5002'));
  const problems = [...errors, ...doubts.filter((item) => !accepted.has(item.code))];
  return parsed.success && errors.length === 0 ? { problems, api: deepFreeze(parsed.data) } : { problems };
}

/**
 * The API that a description stands for.
 * @throws {InvalidDescription} with every problem, where there is an error.
 */
export function parseApi(description: unknown): Api {
  const { api, problems } = validate(description);
  if (api === undefined) throw new InvalidDescription(problems);
  return api;
}
