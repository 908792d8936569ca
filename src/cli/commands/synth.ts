import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainText } from '../../model';
import { DATA_PLANES } from '../data-planes';
import { readFor } from '../read';
import { countProblems, tellProblems } from '../tell';

/** `spillway synth`: writes the files of a data plane; writes nothing where the description has an error. */
export function synth(file: string, options: { platform: string; out: string }): number {
  const { api, description, problems } = readFor(file, options.platform);
  tellProblems(problems);
  if (api === undefined) {
    console.error(`${file}: ${countProblems(problems, '')}; nothing was written`);
    return 1;
  }
  for (const { path, content, mode } of DATA_PLANES[options.platform].emit(api, description)) {
    const target = join(options.out, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, plainText(content) as string, mode === undefined ? {} : { mode });
    console.log(target);
  }
  return 0;
}
