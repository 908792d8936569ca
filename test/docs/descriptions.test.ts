import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDescription } from '../../src/file';
import { validate } from '../../src/model';
import { checkSupport } from '../../src/passes';
import { RUNTIME_SUPPORT } from '../../src/platform';

const ROOT = join(__dirname, '..', '..');

/** Whole descriptions in the documentation, by the file that they stand in. */
const DESCRIPTIONS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].flatMap((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block);
  return blocks.filter((block) => /^version:/m.test(block)).map((block) => [file, block] as const);
});

it.each(DESCRIPTIONS)('what %s shows is a description that the bundled data plane serves', (file, text) => {
  const { description } = readDescription(text, file);
  const { api, problems } = validate(description);
  expect(problems).toEqual([]);
  expect(api && checkSupport(description, api, RUNTIME_SUPPORT)).toEqual([]);
});

it('finds them', () => {
  expect(new Set(DESCRIPTIONS.map(([file]) => file))).toEqual(new Set(['README.md', 'docs/failures.md']));
});
