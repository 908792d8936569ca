import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Pool } from '../../model';
import { type Clock, reasonOf } from '../files';
import type { ClientTls } from '../transport';
import { type Certificate, readAuthority, readCertificate } from './certificate';
import { FileCare } from './file-care';
import { TlsFileError } from './file-error';
import type { StoreVoice } from './store-voice';

type PoolTls = NonNullable<Pool['tls']>;

/** As it stands in the model where `tls` is left out. */
const DEFAULTS: PoolTls = { verify: true, minVersion: '1.2' };

/** What TLS to the targets of a pool is made of. */
interface Parts {
  readonly authority: string | undefined;
  readonly own: Certificate | undefined;
}

/** What a store needs besides the pool. */
export interface TargetStoreOptions {
  readonly clock: Clock;
  readonly voice: StoreVoice;
}

/** How TLS to the targets of a pool is done: read from files, and again when those change. */
export class TargetStore {
  private readonly care: FileCare;
  private parts!: Parts;
  private now!: SecureContext;

  private constructor(
    private readonly settings: PoolTls,
    private readonly http2: boolean,
    private readonly options: TargetStoreOptions,
  ) {
    this.care = new FileCare(options.voice, options.clock);
  }

  /** @throws TlsFileError where a file cannot be used */
  static async open({ tls = DEFAULTS, http2 }: Pick<Pool, 'tls' | 'http2'>, options: TargetStoreOptions) {
    const store = new TargetStore(tls, http2, options);
    store.use(await store.read());
    return store;
  }

  /** For connections that begin now. */
  get context(): SecureContext {
    return this.now;
  }

  /** The same for stores whose connections may stand for each other's. */
  get identity(): string {
    const { authority, own } = this.parts;
    const all = [this.settings, this.http2, authority, own?.chain];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  /** TLS to one target. @param name - by which it is known, unless the pool says otherwise */
  towards(name: string): TargetTls {
    return new TargetTls(this, this.settings.serverName ?? name, this.settings.verify, this.http2);
  }

  /** Looks after its files from now on. */
  start(): void {
    const { authority, certificate, key } = this.settings;
    const files = [authority, certificate, key].filter((file) => file !== undefined);
    if (files.length === 0) return;
    this.tell();
    const folders = files.map((file) => dirname(file));
    this.care.start(folders, () => this.look());
  }

  close(): void {
    this.care.close();
  }

  /** Reads the files again. @returns whether all of them can be used */
  async look(): Promise<boolean> {
    const problems: TlsFileError[] = [];
    try {
      const parts = await this.read();
      if (parts.authority !== this.parts.authority || parts.own !== this.parts.own) {
        this.use(parts);
        this.tell();
      }
    } catch (error) {
      problems.push(error as TlsFileError);
    }
    this.care.note(problems);
    return problems.length === 0;
  }

  private tell(): void {
    const { own } = this.parts;
    if (!this.care.over) this.options.voice.serves(own === undefined ? [] : [own]);
  }

  private async read(): Promise<Parts> {
    const { authority, certificate, key } = this.settings;
    const place = certificate === undefined || key === undefined ? undefined : { certificate, key };
    return {
      authority: authority && (await readAuthority(authority)),
      own: place && (await readCertificate(place, this.parts?.own)),
    };
  }

  private use(parts: Parts): void {
    const { authority, own } = parts;
    const minVersion = `TLSv${this.settings.minVersion}` as const;
    try {
      this.now = createSecureContext({ ca: authority, cert: own?.chain, key: own?.keyText, minVersion });
    } catch (error) {
      throw new TlsFileError(own?.certificate ?? 'tls', reasonOf(error), { cause: error });
    }
    this.parts = parts;
  }
}

/** TLS to one target, with the session of its last connection. */
export class TargetTls implements ClientTls {
  private last: { readonly session: Buffer; readonly context: SecureContext } | undefined;
  readonly protocols: readonly string[];

  constructor(
    private readonly store: TargetStore,
    readonly serverName: string,
    readonly verify: boolean,
    http2: boolean,
  ) {
    this.protocols = [http2 ? 'h2' : 'http/1.1'];
  }

  get context(): SecureContext {
    return this.store.context;
  }

  /** Whom it trusted when it began may be trusted no more: a session goes with its context. */
  get session(): Buffer | undefined {
    return this.last?.context === this.context ? this.last.session : undefined;
  }

  set session(session: Buffer | undefined) {
    this.last = session && { session, context: this.context };
  }
}
