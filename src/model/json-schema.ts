import { z } from 'zod';
import { Api } from './api';

export type JsonSchema = Readonly<Record<string, unknown>>;

let cached: JsonSchema | undefined;

/** The JSON Schema of a description as it is written in a file (draft 2020-12). */
export function jsonSchema(): JsonSchema {
  cached ??= {
    title: 'spillway',
    ...z.toJSONSchema(Api, { io: 'input', unrepresentable: 'any' }),
  };
  return cached;
}
