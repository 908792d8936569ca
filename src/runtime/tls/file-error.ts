import { FileError } from '../files';

/** A file of TLS, or a setting, that cannot be used. */
export class TlsFileError extends FileError {
  /** Whether what is looked for is not in it at all. */
  readonly absent: boolean;

  constructor(file: string, reason: string, options: ErrorOptions & { absent?: boolean } = {}) {
    super(file, reason, options);
    this.name = 'TlsFileError';
    this.absent = options.absent ?? false;
  }
}
