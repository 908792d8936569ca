import { joinAddress } from '../model';

/** A port could not be opened. */
export class RuntimeStartError extends Error {
  constructor(
    /** The system's code, such as `EADDRINUSE`. */
    readonly code: string,
    /** Name of the listener, or `admin`. */
    readonly listener: string,
    readonly address: string,
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(`${listener} cannot listen on ${joinAddress(address, port)}: ${code}`, options);
    this.name = 'RuntimeStartError';
  }
}
