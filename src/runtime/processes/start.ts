import type { Api } from '../../model';
import { type Runtime, startRuntime } from '../start';
import { canBindPorts } from '../transport';
import { Primary, type ProcessOptions } from './primary';

/**
 * Serves an API by workers; by this process alone where this Node.js cannot share ports.
 * @throws RuntimeStartError where a port cannot be opened, and an error where a worker cannot begin; then nothing stays
 */
export function startProcesses(api: Api, options: ProcessOptions): Promise<Runtime> {
  return canBindPorts() ? Primary.start(api, options) : startRuntime(api, options);
}
