/** What a data plane answers by itself, in the same words whichever program it is. */
export { allowHeader } from './allow';
export { type FallbackTriggers, fallbackTriggers } from './triggers';
