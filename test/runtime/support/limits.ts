import type { HeadLimits } from '../../../src/runtime/http';

/** Limits of a listener that says nothing else. */
export const HEAD_LIMITS: HeadLimits = { head: 16_384, uri: 8_192, headers: 100 };
