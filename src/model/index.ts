/** What is described: an API's listeners, pools and routes, their defaults and their validation. */
export * from './address';
export { Api, type ApiDescription, MODEL_VERSION } from './api';
export { CATALOGUE, type ProblemCode } from './catalogue';
export * from './condition';
export { formatDuration, parseDuration } from './duration';
export { FALLBACK_BODY_LIMIT, FALLBACK_FILE_LIMIT, type Fallback } from './fallback';
export type { HealthCheck } from './health-check';
export { isIdempotent, isSafe, isToken } from './http-words';
export { type JsonSchema, jsonSchema } from './json-schema';
export type { Listener } from './listener';
export type { AccessLog, Admin } from './operations';
export { type PathPattern, readPathPattern } from './path-pattern';
export { DEFAULT_HASH_KEY, type Pool, type Target } from './pool';
export * from './problem';
export { isRef, Ref } from './ref';
export type { Retry, Timeouts } from './retry';
export { FAULT_LEASE, type PriorityClass, type Route } from './route';
export { formatSize, parseSize } from './size';
export { plainText, type Text } from './text';
export { parseApi, type Validation, validate } from './validate';
export {
  type Comparison,
  type Junction,
  type Literal,
  numberOf,
  type Operator,
  readWhen,
  type WhenCondition,
} from './when';
