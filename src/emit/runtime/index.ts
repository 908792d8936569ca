/** The files of the bundled data plane: its model, and the systemd unit that keeps it running. */
export { emitRuntime, RUNTIME_PATHS } from './emit';
