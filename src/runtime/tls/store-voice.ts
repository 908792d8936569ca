import type { Certificate } from './certificate';
import type { TlsFileError } from './file-error';

/** Is told how the certificates of a listener or a pool are. */
export interface StoreVoice {
  /** These are in service from now on. */
  serves(certificates: readonly Certificate[]): void;
  /** A file was changed, and cannot be used: what it held before goes on. */
  kept(error: TlsFileError): void;
  /** The file can be used again, or is looked at no more. */
  mended(file: string): void;
  /** The store is used no more. */
  closed(): void;
}
