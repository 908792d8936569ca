import { readFor } from '../read';
import { countProblems, tellProblems } from '../tell';

/** `spillway check`: every problem at once; exit code 1 where one is an error. */
export function check(file: string, options: { platform?: string; json?: boolean }): number {
  const { api, problems } = readFor(file, options.platform);
  if (options.json) {
    console.log(JSON.stringify(problems, null, 2));
  } else {
    tellProblems(problems);
    console.error(`${file}: ${countProblems(problems, 'no problems')}`);
  }
  return api === undefined ? 1 : 0;
}
