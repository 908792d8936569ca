import type { FileVoice } from '../files';
import type { Certificate } from './certificate';

/** Is told how the certificates of a listener or a pool are. */
export interface StoreVoice extends FileVoice {
  /** These are in service from now on. */
  serves(certificates: readonly Certificate[]): void;
  /** The store is used no more. */
  closed(): void;
}
