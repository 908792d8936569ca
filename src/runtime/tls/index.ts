/** Certificates: read, chosen by name, and read again when they change. */
export type { Certificate } from './certificate';
export { TlsFileError } from './file-error';
export { ServerStore, type StoreOptions } from './server-store';
export type { StoreVoice } from './store-voice';
export { TargetStore, type TargetStoreOptions, TargetTls } from './target-store';
