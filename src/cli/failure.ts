import { paint } from './paint';

/** What the operating system says, in a user's words. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine does not have the address',
  ENOSPC: 'the disk is full',
};

/** A failure on one line; with `verbose`, where it comes from as well. */
export function describeFailure(error: unknown, verbose: boolean): { message: string; exitCode: 3 } {
  const { code, path, message, stack } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code];
  const line = known && path ? `${path}: ${known}` : (message ?? String(error)).split('\n', 1)[0];
  return { message: `${paint('red', 'error')} ${line}${verbose && stack ? `\n${stack}` : ''}`, exitCode: 3 };
}
