import type { Api } from '../model';
import { DataPlane } from './data-plane';
import type { RuntimeEvent } from './event';
import { chooseTransport, type TransportChoice } from './transport';

/** How an API is served. */
export interface RuntimeOptions {
  /** How TCP is done. Left out: what SPILLWAY_TRANSPORT says, else `auto`, the fastest way that works here. */
  readonly transport?: TransportChoice;
  /**
   * Name servers to ask, each `address` or `address:port`. Left out: what SPILLWAY_DNS_SERVERS lists, else those of the
   * system, and its own lookup where they know nothing.
   */
  readonly nameServers?: readonly string[];
  /** The version that is told in metrics and status. Left out: spillway's own. */
  readonly version?: string;
  /** Is told what happens to targets, tiers and the configuration. */
  readonly onEvent?: (event: RuntimeEvent) => void;
}

/** How a data plane ends. */
export interface StopOptions {
  /** How long requests may take to end, in milliseconds; 30 s where it is left out. */
  readonly timeoutMs?: number;
  /** Whether a client connection without a request is kept until it has had one more, or the time is over. */
  readonly gently?: boolean;
}

/** A data plane at work. */
export interface Runtime {
  /** The open listeners, with a URL that works on this machine. */
  readonly addresses: readonly { listener: string; url: string }[];
  /** The admin port, where one is described. */
  readonly adminUrl?: string;
  /** Serves another API from now on; requests under way end as they began. Rejects, and changes nothing, where a port cannot be opened. */
  reload(api: Api): Promise<void>;
  /** Closes the listeners, lets requests end for up to `timeoutMs` (30 s), and resolves once nothing is left. */
  stop(options?: StopOptions): Promise<void>;
}

/**
 * Serves an API; resolves once every listener is open.
 * @throws RuntimeStartError where a port cannot be opened, FileError where a certificate or the file of a fallback
 * cannot be used; then nothing stays open
 */
export async function startRuntime(api: Api, options: RuntimeOptions = {}): Promise<Runtime> {
  return DataPlane.start(api, await chooseTransport(options.transport), options);
}
