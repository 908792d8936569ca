import { joinAddress, type Listener, reachableAddress } from '../model';

/** A URL of a listener that works on this machine. @param port - the real one, where 0 was asked for */
export function listenerUrl({ protocol }: Pick<Listener, 'protocol'>, address: string, port: number): string {
  const scheme = protocol === 'https' ? 'https' : 'http';
  return `${scheme}://${joinAddress(reachableAddress(address), port)}`;
}
