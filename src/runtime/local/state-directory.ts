import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** How a supervisor is reached: by a port of the loopback address, and a secret that only this file holds. */
export interface Contact {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
  /** Which program runs: a hash of its file. */
  readonly program: string;
}

const LOG_LIMIT = 10 * 1024 * 1024;

/** What a background process keeps on disk, so that it can be found, stopped and brought back. */
export class StateDirectory {
  readonly path: string;
  readonly program: string;
  readonly log: string;
  private readonly staged: string;
  private readonly model: string;
  private readonly contact: string;

  constructor(path: string) {
    this.path = resolve(path);
    this.program = join(this.path, 'spillway.js');
    this.staged = join(this.path, 'spillway.next.js');
    this.log = join(this.path, 'log');
    this.model = join(this.path, 'model.json');
    this.contact = join(this.path, 'contact.json');
  }

  /** Makes the directory, readable by its owner alone, and starts a new log where the old one is long. */
  prepare(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    if ((statSync(this.log, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) renameSync(this.log, `${this.log}.1`);
  }

  /** Keeps a copy of the running program, so that the process can be stopped and brought back without its package. */
  copyProgram(from: string): void {
    if (resolve(from) === this.program) return;
    const next = `${this.program}.next`;
    copyFileSync(from, next);
    renameSync(next, this.program);
  }

  /** Keeps a copy of another program beside the running one. @returns its file */
  stageProgram(from: string): string {
    copyFileSync(from, this.staged);
    return this.staged;
  }

  /** The program that was staged is the one that runs. */
  adoptProgram(): void {
    renameSync(this.staged, this.program);
  }

  readModel(): string | undefined {
    return read(this.model);
  }

  writeModel(text: string): void {
    write(this.model, text);
  }

  readContact(): Contact | undefined {
    const text = read(this.contact);
    return text === undefined ? undefined : (JSON.parse(text) as Contact);
  }

  writeContact(contact: Contact): void {
    write(this.contact, JSON.stringify(contact));
  }

  removeContact(): void {
    rmSync(this.contact, { force: true });
  }

  /** Removes what belongs to the process, and the directory where nothing else is in it. */
  remove(): void {
    for (const file of [this.program, this.staged, this.model, this.contact, this.log, `${this.log}.1`])
      rmSync(file, { force: true });
    try {
      rmdirSync(this.path);
    } catch {
      // Somebody else's files are in it.
    }
  }
}

/** What tells one build of the program from another. */
export function programHash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A reader sees the old text or the new one, never a part. */
function write(file: string, text: string): void {
  const next = `${file}.next`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, file);
}
