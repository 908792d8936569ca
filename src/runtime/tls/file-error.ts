/** A file of TLS, or a setting, that cannot be used. */
export class TlsFileError extends Error {
  /** Whether what is looked for is not in it at all. */
  readonly absent: boolean;

  constructor(
    /** The file, as it is described. */
    readonly file: string,
    /** What is wrong with it. */
    readonly reason: string,
    options: ErrorOptions & { absent?: boolean } = {},
  ) {
    super(`${file}: ${reason}`, options);
    this.name = 'TlsFileError';
    this.absent = options.absent ?? false;
  }
}

/** What OpenSSL or the system says, in a line. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission is denied';
  if (code === 'EISDIR') return 'it is a directory';
  return message.split('\n', 1)[0];
}
