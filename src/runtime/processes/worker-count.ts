import { availableParallelism } from 'node:os';

/** More than any machine has cores: a number beyond is a slip. */
const MOST = 1024;

/** A number of workers as it is written; `undefined` where it is none. */
export function readWorkers(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}

/**
 * How many workers where nobody says: what SPILLWAY_WORKERS says, else one for each core that this process may use.
 * @throws Error where SPILLWAY_WORKERS is not a number
 */
export function defaultWorkers(said = process.env.SPILLWAY_WORKERS): number {
  if (said === undefined || said === '') return availableParallelism();
  const workers = readWorkers(said);
  if (workers === undefined) throw new Error(`SPILLWAY_WORKERS is ${said}, and no number from 1 to ${MOST}`);
  return workers;
}
