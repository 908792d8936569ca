/** An API that is served by several processes: a primary that looks after them, and workers. */
export { type Estate, NOTHING } from './estate';
export { HandoverError, handOver } from './hand-over';
export { Primary, type ProcessOptions } from './primary';
export { startProcesses } from './start';
export { type Inheritance, takeOver } from './take-over';
export { runWorker } from './worker';
export { defaultWorkers, readWorkers } from './worker-count';
export { workerLine } from './worker-line';
