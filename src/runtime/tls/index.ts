/** Certificates: read, chosen by name, and read again when they change. */
export type { Certificate } from './certificate';
export { type Clock, SYSTEM_CLOCK } from './clock';
export { TlsFileError } from './file-error';
export { ServerStore, type StoreOptions, type StoreVoice } from './server-store';
