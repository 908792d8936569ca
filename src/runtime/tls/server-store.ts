import { dirname } from 'node:path';
import type { Listener } from '../../model';
import type { Clock } from '../files';
import type { ServerTls } from '../transport';
import { type Certificate, readAuthority, readCertificate } from './certificate';
import { type Candidate, candidatesOf } from './certificate-places';
import { FileCare } from './file-care';
import { TlsFileError } from './file-error';
import { ServerTlsMaker } from './server-tls-maker';
import type { StoreVoice } from './store-voice';

/** What a store needs besides the listener. */
export interface StoreOptions {
  /** As {@link ServerParts.ticketKeys}. */
  readonly ticketKeys: Buffer;
  readonly clock: Clock;
  readonly voice: StoreVoice;
}

type ListenerTls = NonNullable<Listener['tls']>;
type Certificates = readonly [Certificate, ...Certificate[]];

/** The certificates of a listener: read from their files, and again when those change. */
export class ServerStore {
  private readonly care: FileCare;
  private certificates: Certificates | undefined;
  private maker: ServerTlsMaker | undefined;
  private now: ServerTls | undefined;

  private constructor(
    private readonly settings: ListenerTls,
    private readonly http2: boolean,
    private readonly options: StoreOptions,
  ) {
    this.care = new FileCare(options.voice, options.clock);
  }

  /** @throws TlsFileError where a file cannot be used */
  static async open(settings: ListenerTls, http2: boolean, options: StoreOptions): Promise<ServerStore> {
    const store = new ServerStore(settings, http2, options);
    const problems: TlsFileError[] = [];
    await store.read(problems);
    if (problems.length > 0) throw problems[0];
    return store;
  }

  /** For connections that begin now. */
  get current(): ServerTls {
    return this.now as ServerTls;
  }

  /** Tells what it serves, and looks after its files from now on. */
  start(): void {
    this.tell();
    this.care.start(foldersOf(this.settings), () => this.look());
  }

  /** Looks after its files no more, and tells nothing more of them. */
  close(): void {
    this.care.close();
  }

  /** Reads the files again. @returns whether all of them can be used */
  async look(): Promise<boolean> {
    const problems: TlsFileError[] = [];
    const before = this.now;
    try {
      await this.read(problems);
      if (this.now !== before && !this.care.over) this.tell();
    } catch (error) {
      if (!problems.includes(error as TlsFileError)) problems.push(error as TlsFileError);
    }
    this.care.note(problems);
    return problems.length === 0;
  }

  /**
   * Reads everything. What cannot be used is left as it was before, and becomes a problem.
   * @throws TlsFileError where nothing is left to serve, or OpenSSL does not take it
   */
  private async read(problems: TlsFileError[]): Promise<void> {
    const { settings, http2 } = this;
    const { ticketKeys } = this.options;
    const certificates = await this.readCertificates(problems);
    const authority = await this.readAuthority(problems);
    const same = this.maker?.parts.authority === authority ? this.maker : undefined;
    if (same !== undefined && sameList(certificates, this.certificates)) return;
    const maker = same ?? new ServerTlsMaker(settings, { authority, http2, ticketKeys });
    this.now = await maker.make(certificates);
    this.maker = maker;
    this.certificates = certificates;
  }

  private async readCertificates(problems: TlsFileError[]): Promise<Certificates> {
    const { settings } = this;
    const earlier = new Map(this.certificates?.map((one) => [one.certificate, one]));
    const read = async (candidate: Candidate): Promise<Certificate | undefined> => {
      const before = earlier.get(candidate.certificate);
      try {
        return await readCertificate(candidate, before);
      } catch (error) {
        const nothing = (error as TlsFileError).absent && !candidate.listed && before === undefined;
        if (!nothing) problems.push(error as TlsFileError);
        return before;
      }
    };
    const all = await Promise.all((await candidatesOf(settings)).map(read));
    const [first, ...rest] = all.filter((one) => one !== undefined);
    if (first !== undefined) return [first, ...rest];
    throw problems[0] ?? new TlsFileError(settings.directory ?? 'certificates', 'there is no certificate with its key');
  }

  private async readAuthority(problems: TlsFileError[]): Promise<string | undefined> {
    const { clientCertificates } = this.settings;
    if (clientCertificates === undefined) return undefined;
    try {
      return await readAuthority(clientCertificates.authority);
    } catch (error) {
      if (this.maker === undefined) throw error;
      problems.push(error as TlsFileError);
      return this.maker.parts.authority;
    }
  }

  private tell(): void {
    this.options.voice.serves(this.certificates ?? []);
  }
}

function foldersOf({ certificates = [], directory, clientCertificates }: ListenerTls): string[] {
  const files = certificates.flatMap(({ certificate, key }) => [certificate, key]);
  if (clientCertificates !== undefined) files.push(clientCertificates.authority);
  return [...files.map((file) => dirname(file)), ...(directory === undefined ? [] : [directory])];
}

function sameList(one: Certificates, other: Certificates | undefined): boolean {
  return one.length === other?.length && one.every((certificate, i) => certificate === other[i]);
}
