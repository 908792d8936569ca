import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { expect, it } from 'vitest';
import { readDescription } from '../../src/file';

const ROOT = join(__dirname, '..', '..');
const schema = JSON.parse(readFileSync(join(ROOT, 'spillway.schema.json'), 'utf8'));
const accepts = new Ajv({ strict: false }).compile(schema);
const read = (path: string) => readDescription(readFileSync(join(ROOT, path), 'utf8'), path).description;

it.each(['test/fixtures/shop.yaml', 'examples/quickstart/file/api.yaml'])('accepts %s', (path) => {
  accepts(read(path));
  expect(accepts.errors ?? []).toEqual([]);
});

it.each([
  ['an unknown key', { prot: 80 }],
  ['a port out of range', { port: 70_000 }],
  ['a word that is none', { port: 80, protocol: 'htpp' }],
  ['a duration without a unit', { port: 80, idleTimeout: '5' }],
])('marks %s in an editor', (_, listener) => {
  expect(accepts({ version: 1, name: 'x', listeners: { web: listener }, pools: {} })).toBe(false);
});

it('describes every word, for the editor to show', () => {
  const undescribed: string[] = [];
  const visit = (node: Record<string, unknown>, path: string) => {
    for (const [key, below] of Object.entries((node.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      if (typeof below.description !== 'string') undescribed.push(`${path}.${key}`);
      visit(below, `${path}.${key}`);
    }
    if (node.items) visit(node.items as Record<string, unknown>, `${path}[]`);
    if (node.additionalProperties) visit(node.additionalProperties as Record<string, unknown>, `${path}.*`);
  };
  visit(schema, '');
  expect(undescribed).toEqual([]);
});
