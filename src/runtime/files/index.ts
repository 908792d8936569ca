/** Files that are read, and read again when they change. */
export { type Clock, SYSTEM_CLOCK } from './clock';
export { FileError, reasonOf } from './file-error';
export { FileWatch } from './file-watch';
export { type FileVoice, Troubles } from './troubles';
