import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FALLBACK_FILE_LIMIT, formatSize } from '../../model';
import { type Clock, FileError, FileWatch, reasonOf, Troubles } from '../files';

/** What a file held when it was read. */
interface Contents {
  readonly octets: Buffer;
  /** When it was written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Is told how a file of a fallback is. */
export interface FallbackFileVoice {
  /** It is served as it was written then, in milliseconds since 1970. */
  serves(writtenAt: number): void;
  /** It has passed its greatest age, or is fresh again. */
  aged(old: boolean): void;
  /** It was changed, and cannot be used: what it held before goes on. */
  kept(error: FileError): void;
  /** It can be used again. */
  mended(): void;
  /** It is used no more. */
  closed(): void;
}

/** A file that a fallback answers with: read when the route is made, and again when it changes. */
export class FallbackFile {
  private watch: FileWatch | undefined;
  private readonly troubles: Troubles;
  private old = false;

  private constructor(
    private readonly path: string,
    private readonly maxAge: number,
    private contents: Contents,
    private readonly voice: FallbackFileVoice,
    private readonly clock: Clock,
  ) {
    this.troubles = new Troubles({ kept: (error) => voice.kept(error), mended: () => voice.mended() });
  }

  /**
   * @param maxAge - the age at which it counts as old, in milliseconds
   * @throws FileError where it cannot be read, or is larger than an answer may be
   */
  static async open(path: string, maxAge: number, voice: FallbackFileVoice, clock: Clock): Promise<FallbackFile> {
    return new FallbackFile(path, maxAge, await read(path), voice, clock);
  }

  /** What it held when it was last read. */
  get octets(): Buffer {
    return this.contents.octets;
  }

  /** Whether it is not older than it may be. */
  get fresh(): boolean {
    return this.clock.now() - this.contents.writtenAt <= this.maxAge;
  }

  /** Looks after it from now on. */
  start(): void {
    this.voice.serves(this.contents.writtenAt);
    this.noteAge();
    this.watch = new FileWatch([dirname(this.path)], () => this.look(), this.clock);
  }

  close(): void {
    if (this.watch === undefined) return;
    this.watch.close();
    this.troubles.close();
    this.voice.closed();
  }

  /** Reads it again. @returns whether it can be used */
  async look(): Promise<boolean> {
    const problems: FileError[] = [];
    try {
      const next = await read(this.path, this.contents);
      if (this.watch?.closed) return true;
      if (next !== this.contents) this.voice.serves(next.writtenAt);
      this.contents = next;
    } catch (error) {
      problems.push(error as FileError);
    }
    if (this.watch?.closed) return true;
    this.troubles.note(problems);
    this.noteAge();
    return problems.length === 0;
  }

  private noteAge(): void {
    if (this.old !== this.fresh) return;
    this.old = !this.fresh;
    this.voice.aged(this.old);
  }
}

/** @param earlier - given back where the file is as it was */
async function read(path: string, earlier?: Contents): Promise<Contents> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size, mtimeMs: writtenAt } = await file.stat();
    if (size > FALLBACK_FILE_LIMIT) throw new Error(`it is larger than ${formatSize(FALLBACK_FILE_LIMIT)}`);
    if (earlier?.writtenAt === writtenAt && earlier.octets.length === size) return earlier;
    return { octets: await file.readFile(), writtenAt };
  } catch (error) {
    throw new FileError(path, reasonOf(error), { cause: error });
  } finally {
    await file?.close();
  }
}
