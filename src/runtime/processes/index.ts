/** An API that is served by several processes: a primary that looks after them, and workers. */
export { Primary, type ProcessOptions } from './primary';
export { startProcesses } from './start';
export { runWorker } from './worker';
export { defaultWorkers, readWorkers } from './worker-count';
export { workerLine } from './worker-line';
