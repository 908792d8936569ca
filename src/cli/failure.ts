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
  const trace = verbose && error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return { message: `${paint('red', 'error')} ${lineOf(error)}${trace}`, exitCode: 3 };
}

function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, message } = error as NodeJS.ErrnoException;
  const line = message.split('\n', 1)[0] || error.name;
  if (code === undefined || !Object.hasOwn(SYSTEM_ERRORS, code)) return line;
  const known = SYSTEM_ERRORS[code];
  return path === undefined ? line.replace(code, known) : `${path}: ${known}`;
}
