import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDescription } from '../../src/file';
import { type JsonSchema, jsonSchema } from '../../src/model';
import { FEATURES, featureUses } from '../../src/platform';

/** A value of the schema in which every word stands once. */
function everyWord(node: JsonSchema): unknown {
  if (node.properties)
    return Object.fromEntries(Object.entries(node.properties).map(([key, below]) => [key, everyWord(below)]));
  if (node.items) return [everyWord(node.items)];
  if (node.additionalProperties) return { name: everyWord(node.additionalProperties) };
  return node.enum?.[0] ?? node.default ?? 'x';
}

it('belongs every word of the description to a feature', () => {
  const unknown = featureUses(everyWord(jsonSchema())).filter(({ feature }) => feature === undefined);
  expect(unknown.map(({ path }) => path.join('.'))).toEqual([]);
});

it('is every feature asked for by some word', () => {
  const variants = ['shop.yaml'].map((name) => readFileSync(join(__dirname, '..', 'fixtures', name), 'utf8'));
  const used = new Set(
    variants.flatMap((text) => featureUses(readDescription(text, 'x').description).map(({ feature }) => feature)),
  );
  for (const { feature } of featureUses(everyWord(jsonSchema()))) used.add(feature);
  const byValue = [
    'grpcHealthCheck',
    'leastRequests',
    'random',
    'fallbackOnTimeout',
    'proxyProtocol',
    'clouds',
    'panic',
  ];
  expect(
    Object.keys(FEATURES).filter(
      (feature) => !used.has(feature as keyof typeof FEATURES) && !byValue.includes(feature),
    ),
  ).toEqual([]);
});

it('tells apart the features that one word can ask for', () => {
  const uses = (retry: object) =>
    featureUses({ routes: { a: { retry } } }).map(({ feature, path }) => `${feature} ${path.at(-1)}`);
  expect(uses({ on: ['reset'] })).toContain('retry on');
  expect(uses({ on: [503] })).toEqual(['routing a', 'retry retry', 'retryOnStatus on']);
});
