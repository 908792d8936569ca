import { describe, expect, it } from 'vitest';
import { Condition } from '../../src/constructs';
import { toWords } from '../../src/constructs/words';
import { type JsonSchema, jsonSchema } from '../../src/model';
import { choicesOf, factoryWords, propsWords, type Word } from './props-words';
import { newApi, TOKENS } from './support';

/** What the constructs give themselves: their version, their name or id, their platform, their place in the tree. */
const GIVEN = /^(version|name|platform(\..*)?|pools|routes)$/;
const NO_WORDS = new Set(['platform', 'apiName']);

interface SchemaWord {
  readonly at: string;
  readonly required: boolean;
  readonly node: JsonSchema;
}

function schemaWords(node: JsonSchema, at = ''): SchemaWord[] {
  const below = node.items ?? (node.additionalProperties || undefined);
  return [
    ...(below ? schemaWords(below, `${at}*.`) : []),
    ...Object.entries(node.properties ?? {}).flatMap(([key, member]) => [
      { at: `${at}${key}`, required: node.required?.includes(key) === true, node: member },
      ...schemaWords(member, `${at}${key}.`),
    ]),
  ];
}

/** A value of the type `Targets` or `FallbackResponse` is made by factories, which write words in its place. */
const written: readonly Word[] = [
  ...propsWords('ScalableApiProps', '').filter(({ at }) => !NO_WORDS.has(at)),
  ...propsWords('TargetPoolProps', 'pools.*.').filter(({ type }) => type !== 'Targets'),
  ...factoryWords('Targets', 'pools.*.'),
  ...propsWords('RouteProps', 'routes.*.'),
  ...factoryWords('Fallback', 'routes.*.fallback.'),
];
const described = schemaWords(jsonSchema()).filter(({ at }) => !GIVEN.test(at));

const paths = (words: readonly { readonly at: string }[]) => [...new Set(words.map(({ at }) => at))].sort();

describe('the props of the constructs', () => {
  it('have every word of a description, and no other', () => {
    expect(described.length).toBeGreaterThan(150);
    expect(paths(written)).toEqual(paths(described));
  });

  it('require what a description requires, but for the listeners, which have a default', () => {
    const required = (words: readonly (Word | SchemaWord)[]) => paths(words.filter((word) => word.required));
    expect(required(written)).toEqual(required(described).filter((at) => at !== 'listeners'));
  });

  it('have every choice of a word, and no other', () => {
    const choices = described.flatMap(({ at, node }) => {
      const words = node.enum ?? node.items?.enum;
      return typeof words?.[0] === 'string' ? [[at, words]] : [];
    });
    const inProps = written.flatMap(({ at, type }) => (choicesOf(type) ? [[at, choicesOf(type)]] : []));
    expect(choices.length).toBeGreaterThan(5);
    expect(Object.fromEntries(inProps)).toEqual(Object.fromEntries(choices));
  });

  it.each([
    ['duration', /^Duration$/],
    ['size', /^Size$/],
    ['condition', /^Condition\[\]$/],
  ])('write a %s by its own type', (kind, type) => {
    const ofKind = paths(described.filter(({ node }) => (node.items ?? node)['x-kind'] === kind));
    expect(ofKind).not.toEqual([]);
    expect(paths(written.filter((word) => type.test(word.type)))).toEqual(ofKind);
  });

  it('have every condition that a description knows', () => {
    const known = described.flatMap(({ node }) => node.items?.anyOf?.flatMap((choice) => choice.enum ?? []) ?? []);
    const conditions = Object.values(Condition).map((condition) => toWords(condition, TOKENS, newApi()));
    expect(new Set(conditions)).toEqual(new Set(known));
  });
});
