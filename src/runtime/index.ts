/** The bundled data plane: a proxy that serves a described API. */
export type { RuntimeEvent } from './event';
export { type ForegroundVoice, serveFile } from './foreground';
export { type Runtime, type RuntimeOptions, startRuntime } from './start';
export { RuntimeStartError } from './start-error';
