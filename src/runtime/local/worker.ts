import { formatProblem } from '../../model';
import { readModel } from '../read-model';
import { type Runtime, startRuntime } from '../start';
import type { Outcome, ToWorker } from './messages';

const DRAIN_LIMIT = 10_000;

/** The process that serves: takes models from its supervisor, and ends when told to or when the supervisor is gone. */
export function runWorker(): void {
  let runtime: Runtime | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const apply = async (text: string): Promise<Outcome> => {
    const { api, problems } = readModel(text, 'model.json');
    const told = (severity: string) => problems.filter((item) => item.severity === severity).map(formatProblem);
    if (api === undefined) return { ok: false, reason: 'model', message: told('error').join('\n') };
    if (runtime === undefined) runtime = await startRuntime(api);
    else await runtime.reload(api);
    const urls = Object.fromEntries(runtime.addresses.map(({ listener, url }) => [listener, url]));
    return { ok: true, name: api.name, urls, notes: told('warning').join('\n') };
  };

  const end = async () => {
    await runtime?.stop({ timeoutMs: DRAIN_LIMIT });
    process.exit(0);
  };

  process.on('message', (message: ToWorker) => {
    // One after the other: a model that arrives while another is being loaded waits for it.
    turn = turn.then(async () => {
      if (message.kind === 'stop') return end();
      const outcome = await apply(message.model).catch(
        (error): Outcome => ({ ok: false, reason: 'environment', message: String(error.message) }),
      );
      process.send?.(outcome);
    });
  });
  process.on('disconnect', end);
  // The supervisor decides when the worker ends; a terminal's Ctrl-C reaches both.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', end);
}
