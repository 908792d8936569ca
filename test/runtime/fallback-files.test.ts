import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FallbackFiles } from '../../src/runtime/fallback-files';
import { Registry } from '../../src/runtime/telemetry';
import { apiOf } from './support/serve';

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-fallback-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const registry = new Registry();
  const files = new FallbackFiles('test', registry, () => {});
  onTestFinished(() => files.close());
  const fileOf = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, name);
    return path;
  };
  const prepare = (path: string, alternative?: string) => {
    const alternatives = alternative === undefined ? [] : [{ contentType: 'text/plain', file: alternative }];
    return files.prepare(apiOf({ routes: { all: { fallback: { file: { path, maxAge: '1d' }, alternatives } } } }));
  };
  const told = () =>
    [...registry.render().matchAll(/spillway_fallback_file_stale\{.*file="(.*)"\}/g)].map(([, file]) => file);
  return { registry, files, fileOf, prepare, told };
}

it('opens the files of every form, and looks after them from when they are used until they are not', async () => {
  const { files, fileOf, prepare, told } = setUp();
  const [a, b, c] = ['a', 'b', 'c'].map(fileOf);
  const first = await prepare(a, b);
  expect([...(first.files.get('all')?.keys() ?? [])].sort()).toEqual([a, b]);
  expect(told()).toEqual([]);
  await first.commit();
  expect(told().sort()).toEqual([a, b]);
  await (await prepare(a, c)).commit();
  expect(told().sort()).toEqual([a, c]);
  files.close();
  expect(told()).toEqual([]);
});

it('goes on with a file that stays, as its route does', async () => {
  const { fileOf, prepare } = setUp();
  const [a, b] = ['a', 'b'].map(fileOf);
  const first = await prepare(a, b);
  await first.commit();
  const second = await prepare(a);
  expect(second.files.get('all')?.get(a)).toBe(first.files.get('all')?.get(a));
});

it('changes nothing where a file is missing, or what was prepared is abandoned', async () => {
  const { fileOf, prepare, told } = setUp();
  const [a, b] = ['a', 'b'].map(fileOf);
  await (await prepare(a)).commit();
  await expect(prepare(b, `${b}.gone`)).rejects.toThrow('there is no such file');
  await (await prepare(b)).abandon();
  expect(told()).toEqual([a]);
});
