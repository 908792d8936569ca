/** A file, or a setting of what is read from files, that cannot be used. */
export class FileError extends Error {
  constructor(
    /** The file, as it is described. */
    readonly file: string,
    /** What is wrong with it. */
    readonly reason: string,
    options: ErrorOptions = {},
  ) {
    super(`${file}: ${reason}`, options);
    this.name = 'FileError';
  }
}

/** What the system or a library says, in a line. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission is denied';
  if (code === 'EISDIR') return 'it is a directory';
  return message.split('\n', 1)[0];
}
