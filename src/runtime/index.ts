/** The bundled data plane: a proxy that serves a described API. */
export type { RuntimeEvent } from './event';
export { FileError } from './files';
export { type ForegroundVoice, serveFile } from './foreground';
export { defaultWorkers, readWorkers } from './processes';
export { PROGRAM } from './program';
export { type Runtime, type RuntimeOptions, type StopOptions, startRuntime } from './start';
export { RuntimeStartError } from './start-error';
export { SAID_TRANSPORTS, type SaidTransport } from './transport';
