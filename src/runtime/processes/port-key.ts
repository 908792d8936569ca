import { joinAddress } from '../../model';

/** What tells a port from others: what the description asks for, not what the system gave for port 0. */
export function portKey({ address, port }: { readonly address: string; readonly port: number }): string {
  return joinAddress(address, port);
}
