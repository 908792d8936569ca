/** What a route answers with when no target can: static, from a file, an earlier answer, a redirect, or another pool. */
export { FallbackFile, type FallbackFileVoice } from './fallback-file';
export { type FallbackAnswer, type FallbackParts, FallbackSource } from './fallback-source';
export type { FallbackRequest, NotedRequest } from './noted-request';
export { StaleCapture } from './stale-capture';
