import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readModel } from '../../src/runtime/read-model';

const model = (fallback: object) =>
  JSON.stringify({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets: [{ address: '127.0.0.1:1' }] } },
    routes: { all: { pool: 'live', fallback }, plain: { path: '/plain', pool: 'live' } },
  });

const read = (fallback: object, file: string) => readModel(model(fallback), file).api?.routes.all.fallback;

it('finds the files of fallbacks beside the description', () => {
  const alternatives = [
    { contentType: 'text/html', file: 'pages/sorry.html' },
    { contentType: 'text/plain', text: 'a' },
  ];
  const found = read({ file: { path: 'sorry.json', maxAge: '1d' }, alternatives }, '/etc/spillway/shop.yaml');
  expect(found?.file).toEqual({ path: '/etc/spillway/sorry.json', maxAge: 86_400_000 });
  expect(found?.alternatives).toEqual([
    { contentType: 'text/html', file: '/etc/spillway/pages/sorry.html' },
    { contentType: 'text/plain', text: 'a' },
  ]);
});

it('leaves an absolute path as it is', () => {
  expect(read({ file: { path: '/srv/sorry.json' } }, '/etc/spillway/shop.yaml')?.file?.path).toBe('/srv/sorry.json');
});

it('finds them where the process runs for a description that lies nowhere else', () => {
  expect(read({ file: { path: 'sorry.json' } }, 'shop.yaml')?.file?.path).toBe(resolve('sorry.json'));
});
