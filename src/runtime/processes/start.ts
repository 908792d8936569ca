import type { Api } from '../../model';
import { type Runtime, startRuntime } from '../start';
import { canBindPorts, chooseTransport } from '../transport';
import { Primary, type ProcessOptions } from './primary';

/**
 * Serves an API by workers; by this process alone where this Node.js cannot share ports.
 * @throws RuntimeStartError where a port cannot be opened, and an error where a worker cannot begin or the
 * transport that is asked for does not work here; then nothing stays
 */
export async function startProcesses(api: Api, options: ProcessOptions): Promise<Runtime> {
  // What cannot work is said once, by this process.
  if (options.transport === 'raw') await chooseTransport('raw');
  return canBindPorts() ? Primary.start(api, options) : startRuntime(api, options);
}
