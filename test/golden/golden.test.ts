import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../../src/file';
import { configuration, ENGINES, type EngineName } from '../support/engines';

const MODELS = join(__dirname, 'models');
const ENDING: Record<EngineName, string> = { haproxy: 'cfg', nginx: 'conf' };

/** `UPDATE_GOLDEN=1` writes what the emitters make now; the difference is then read like any other. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

function emitted(name: EngineName, file: string): string {
  const { api, problems } = readDescription(readFileSync(join(MODELS, file), 'utf8'), file);
  if (api === undefined) throw new Error(JSON.stringify(problems));
  return configuration(name, api);
}

describe.each(ENGINES)('%s', (name) => {
  const goldenPath = (file: string) => join(__dirname, name, file.replace(/\.\w+$/, `.${ENDING[name]}`));

  it.each(readdirSync(MODELS))('makes the known configuration of %s', (file) => {
    const text = emitted(name, file);
    if (UPDATE) writeFileSync(goldenPath(file), text);
    expect(text).toBe(readFileSync(goldenPath(file), 'utf8'));
  });

  it('has a model for every known configuration', () => {
    const known = readdirSync(join(__dirname, name)).sort();
    expect(known).toEqual(
      readdirSync(MODELS)
        .map((file) => file.replace(/\.\w+$/, `.${ENDING[name]}`))
        .sort(),
    );
  });
});
