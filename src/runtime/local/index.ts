/** The bundled data plane as a supervised background process of one machine. */
export { apply, CommandFailure, start, status, stop, unpackModel } from './commands';
export { StateDirectory } from './state-directory';
export { runSupervisor } from './supervisor';
