import { closeSync, fstatSync, openSync, write } from 'node:fs';
import type { AccessLog as Description } from '../../model';

/** Lines wait until there are this many characters of them, or this long. */
const FLUSH_LENGTH = 16_384;
const FLUSH_MS = 100;
/** Characters that may wait for a slow disk or pipe; lines beyond are lost, and counted. */
const WAITING_LIMIT = 16 * 1024 * 1024;
/**
 * Octets that a pipe takes as one piece (PIPE_BUF of Linux; POSIX asks for 512). Of more, it may take what another worker
 * writes in the middle. A file that is appended to takes every write as one.
 */
const PIPE_PIECE = 4_096;
/** Characters of a client's words in a line that a pipe could not take: even escaped, all of them fit. */
const SHORT = { method: 32, host: 255, path: 1_000 };

const LF = 0x0a;

/** What is told about a request. */
export interface LogEntry {
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  readonly client: string;
  readonly method: string;
  readonly host: string;
  /** Without its query, which may hold secrets. */
  readonly path: string;
  /** 0 where the client left before there was a response. */
  readonly status: number;
  /** Of the response, its head included; 0 where the request was refused before a route was chosen. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly route: string;
  readonly tier: string;
  readonly target: string;
  readonly attempts: number;
  readonly fallback: boolean;
  /** Why the last attempt failed, or the request was refused; empty where nothing did. */
  readonly reason: string;
}

/** Writes a line for each request, many at a time. */
export class AccessLog {
  private readonly format: (entry: LogEntry) => string;
  private readonly file: number;
  /** Octets that are written at once at most, in whole lines. */
  private readonly piece: number;
  private lines: string[] = [];
  private length = 0;
  private waiting = '';
  private writing = false;
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;
  private whenIdle: (() => void) | undefined;

  /** @param random - from 0 up to 1 */
  constructor(
    private readonly description: Description,
    private readonly random: () => number = Math.random,
  ) {
    const { path, format } = description;
    this.format = format === 'json' ? jsonLine : textLine;
    this.file = path === 'stdout' ? 1 : path === 'stderr' ? 2 : openSync(path, 'a', 0o640);
    this.piece = fstatSync(this.file).isFile() ? Number.POSITIVE_INFINITY : PIPE_PIECE;
  }

  /** Takes an entry, unless the sample leaves it out; failures are always taken. */
  write(entry: LogEntry): void {
    const failed = entry.status >= 500 || entry.reason !== '';
    if (!failed && this.random() * 100 >= this.description.samplePercent) return;
    const line = this.lineOf(entry);
    this.lines.push(line);
    this.length += line.length;
    if (this.length >= FLUSH_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what waits, then closes the file. */
  async close(): Promise<void> {
    this.flush();
    if (this.writing) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    if (this.file > 2) closeSync(this.file);
  }

  private lineOf(entry: LogEntry): string {
    const line = this.format(entry);
    // A character takes three octets at most.
    if (line.length * 3 <= this.piece || Buffer.byteLength(line) <= this.piece) return line;
    return this.format(shortened(entry));
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length > WAITING_LIMIT) this.lost += this.lines.length;
    else {
      if (this.lost > 0) process.emitWarning(`${this.lost} lines of the access log were lost`);
      this.lost = 0;
      this.waiting += this.lines.join('');
    }
    this.lines = [];
    this.length = 0;
    if (!this.writing && this.waiting !== '') this.writeOut();
  }

  private writeOut(): void {
    const octets = Buffer.from(this.waiting);
    this.waiting = '';
    this.writing = true;
    this.writeRest(octets);
  }

  private pieceOf(octets: Buffer): number {
    if (octets.length <= this.piece) return octets.length;
    return octets.lastIndexOf(LF, this.piece - 1) + 1 || octets.length;
  }

  private writeRest(octets: Buffer): void {
    write(this.file, octets, 0, this.pieceOf(octets), (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.writeRest(octets), FLUSH_MS);
      if (error === null && written < octets.length) return this.writeRest(octets.subarray(written));
      if (error !== null)
        process.emitWarning(`the access log ${this.description.path} cannot be written: ${error.message}`);
      this.writing = false;
      if (this.waiting !== '') this.writeOut();
      else this.whenIdle?.();
    });
  }
}

function shortened(entry: LogEntry): LogEntry {
  const short = (word: keyof typeof SHORT) =>
    entry[word].length > SHORT[word] ? `${entry[word].slice(0, SHORT[word])}…` : entry[word];
  return { ...entry, method: short('method'), host: short('host'), path: short('path') };
}

function jsonLine({ time, durationMs, ...rest }: LogEntry): string {
  return `${JSON.stringify({ time: new Date(time).toISOString(), ...rest, durationMs: round(durationMs) })}\n`;
}

/** `TIME CLIENT "METHOD HOST PATH" STATUS BYTES MSms route=… tier=… target=… attempts=… fallback=… reason=…` */
function textLine(entry: LogEntry): string {
  const request = quoted(`${entry.method} ${entry.host}${entry.path}`);
  const { route, tier, target, attempts, fallback, reason } = entry;
  const rest = `route=${route || '-'} tier=${tier || '-'} target=${target || '-'} attempts=${attempts} fallback=${fallback} reason=${reason || '-'}`;
  const time = new Date(entry.time).toISOString();
  return `${time} ${entry.client} ${request} ${entry.status} ${entry.bytes} ${round(entry.durationMs)}ms ${rest}\n`;
}

/** JSON's quoting lets no control character through, so no client can begin a line of its own. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
