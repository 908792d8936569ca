/** What a route does with its requests and responses besides sending them on. */
export { Affinity } from './affinity';
export { CompressionPolicy } from './compression';
export { cookieIn, stayingCookie } from './cookie';
export { CorsPolicy } from './cors';
export { type BodyTransform, Course, type OwnAnswer, type Question, type TransformUser } from './course';
export { type FaultSource, Faults } from './faults';
export { HashKeys } from './hash-keys';
export { HeadEdit } from './head-edit';
export { MirrorPolicy } from './mirror';
export type { Policy } from './policy';
export type { PolicyPlace } from './policy-place';
export type { PolicyRequest, PolicyResponse } from './policy-request';
export { RateLimitPolicy } from './rate-limit';
export { RedirectPolicy } from './redirect';
export { Rehearsal, type RehearsalSource } from './rehearsal';
export { ResponseRewritePolicy } from './response-rewrite';
export { RewritePolicy } from './rewrite';
export { Split } from './split';
