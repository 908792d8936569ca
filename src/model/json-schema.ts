import { z } from 'zod';
import { Api } from './api';
import { type Kind, kinds } from './kind';

/** A node of the JSON Schema: just the keywords that a description's schema uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What a scalar stands for, beyond its type. */
  readonly 'x-kind'?: Kind;
}

let cached: JsonSchema | undefined;

/** The JSON Schema (draft 2020-12) of a description as it is written in a file. */
export function jsonSchema(): JsonSchema {
  cached ??= {
    title: 'spillway',
    ...z.toJSONSchema(Api, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema: node }) => {
        const kind = kinds.get(zodSchema as unknown as z.ZodType)?.kind;
        if (kind !== undefined) Object.assign(node, { 'x-kind': kind });
      },
    }),
  } as JsonSchema;
  return cached;
}
