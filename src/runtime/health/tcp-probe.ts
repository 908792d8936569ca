import type { Transport } from '../transport';
import { timeLimit } from './time-limit';

/**
 * Tries whether an address accepts connections. Most targets are probed in this way and no other, so it is the cheapest
 * that there is.
 * @returns what went wrong; `undefined` for success
 */
export function probeTcp(
  transport: Transport,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const giveUp = transport.reach(address, port, (error) => {
      clearTimeout(timer);
      resolve(error);
    });
    const timer = timeLimit(timeoutMs, () => {
      giveUp();
      resolve('timeout');
    });
  });
}
