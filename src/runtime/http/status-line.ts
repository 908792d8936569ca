import { STATUS_CODES } from 'node:http';

const lines = new Map<number, Buffer>();

/** The first line of a response in HTTP/1.1, with the reason phrase that is registered for its status. */
export function statusLine(status: number): Buffer {
  let line = lines.get(status);
  if (line === undefined) {
    line = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`);
    lines.set(status, line);
  }
  return line;
}
