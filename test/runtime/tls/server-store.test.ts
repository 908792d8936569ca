import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Listener } from '../../../src/model';
import { type Certificate, ServerStore, type StoreVoice, type TlsFileError } from '../../../src/runtime/tls';
import { Authority, type Made, NO_OPENSSL } from '../support/certificates';

type Tls = NonNullable<Listener['tls']>;

describe.skipIf(NO_OPENSSL !== undefined)('the certificates of a listener', () => {
  const authority = new Authority();
  const [a, b, c] = ['a.test', 'b.test', 'c.test'].map((name) => authority.make({ names: [name] }));

  /** What a store tells. */
  class Voice implements StoreVoice {
    readonly told: string[] = [];

    serves(certificates: readonly Certificate[]): void {
      this.told.push(`serves ${certificates.flatMap(({ names }) => names).join(' ')}`);
    }

    kept({ reason }: TlsFileError): void {
      this.told.push(`kept: ${reason}`);
    }

    mended(file: string): void {
      this.told.push(`mended ${file.split('/').at(-1)}`);
    }

    closed(): void {
      this.told.push('closed');
    }
  }

  const NO_CLOCK = { now: () => 0, after: () => () => {} };

  async function open(tls: Omit<Tls, 'minVersion'>, http2 = false) {
    const voice = new Voice();
    const options = { ticketKeys: Buffer.alloc(48), clock: NO_CLOCK, voice };
    const store = await ServerStore.open({ minVersion: '1.2', ...tls }, http2, options);
    store.start();
    onTestFinished(() => store.close());
    return { store, told: voice.told };
  }

  function folder(): string {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-store-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    return directory;
  }

  function put({ certificate, key }: Made, directory: string, name: string): { certificate: string; key: string } {
    const place = { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
    copyFileSync(certificate, place.certificate);
    copyFileSync(key, place.key);
    return place;
  }

  const plain = ({ certificate, key }: Made) => ({ certificate, key });

  it('give the first one to whoever asks for no name or an unknown one', async () => {
    const { store } = await open({ certificates: [plain(a), plain(b)] });
    const { base, contextFor } = store.current;
    expect(base.options.cert).toBe(a.certificateText);
    expect(contextFor?.('a.test')).toBe(base.context);
    expect(contextFor?.('b.test')).not.toBe(base.context);
    expect(['', 'x.test'].map((name) => contextFor?.(name))).toEqual([undefined, undefined]);
  });

  it('ask nobody for a name where there is but one', async () => {
    const { store } = await open({ certificates: [plain(a)] });
    expect(store.current.contextFor).toBeUndefined();
  });

  it('offer HTTP/2 where the listener has it', async () => {
    expect((await open({ certificates: [plain(a)] })).store.current.protocols).toEqual(['http/1.1']);
    expect((await open({ certificates: [plain(a)] }, true)).store.current.protocols).toEqual(['h2', 'http/1.1']);
  });

  it('are found in a folder by name: with the key inside or beside them, and nothing else', async () => {
    const directory = folder();
    put(b, directory, 'second');
    writeFileSync(join(directory, 'first.pem'), a.certificateText + a.keyText);
    copyFileSync(c.certificate, join(directory, 'third.pem'));
    copyFileSync(c.key, join(directory, 'third.key'));
    copyFileSync(authority.file, join(directory, 'ca.crt'));
    copyFileSync(authority.file, join(directory, 'chain.pem'));
    copyFileSync(a.key, join(directory, 'lonely.key'));
    copyFileSync(a.key, join(directory, 'privkey.pem'));
    writeFileSync(join(directory, '.hidden.pem'), 'nothing');
    writeFileSync(join(directory, 'README'), 'nothing');
    const { told } = await open({ directory });
    expect(told).toEqual(['serves a.test b.test c.test']);
  });

  it('come from the list before the folder', async () => {
    const directory = folder();
    put(a, directory, 'a');
    expect((await open({ certificates: [plain(b)], directory })).told).toEqual(['serves b.test a.test']);
  });

  it.each([
    ['an empty folder', () => ({ directory: folder() }), /: there is no certificate with its key$/],
    ['a missing folder', () => ({ directory: '/nowhere/at/all' }), /^\/nowhere\/at\/all: there is no such file$/],
    ['a key that does not fit', () => ({ certificates: [{ ...plain(a), key: b.key }] }), /the key is not that of/],
    [
      'ciphers that nobody knows',
      () => ({ certificates: [plain(a)], ciphers: 'NONE' }),
      /^ciphers: OpenSSL knows none of NONE$/,
    ],
    [
      'a missing authority',
      () => ({ certificates: [plain(a)], clientCertificates: { authority: '/none.crt', required: true } }),
      /^\/none\.crt: there is no such file$/,
    ],
  ])('are refused at the start with %s', async (_, tls, reason) => {
    await expect(open(tls())).rejects.toThrow(reason);
  });

  it('are replaced when their files change, and keep what they had where they cannot be used', async () => {
    const directory = folder();
    const place = put(a, directory, 'web');
    const { store, told } = await open({ certificates: [place] });
    const first = store.current;
    expect(await store.look()).toBe(true);
    expect(store.current).toBe(first);
    copyFileSync(b.certificate, place.certificate);
    // The key is still on its way.
    expect(await store.look()).toBe(false);
    expect(store.current).toBe(first);
    copyFileSync(b.key, place.key);
    expect(await store.look()).toBe(true);
    expect(store.current.base.options.cert).toBe(b.certificateText);
    expect(told).toEqual(['serves a.test', 'serves b.test']);
  });

  it('are told to be wrong when they stay so, once, and when that is over', async () => {
    const directory = folder();
    const place = put(a, directory, 'web');
    const { store, told } = await open({ certificates: [place] });
    writeFileSync(place.key, 'garbage');
    for (let i = 0; i < 4; i++) expect(await store.look()).toBe(false);
    expect(told).toEqual(['serves a.test', 'kept: it holds no private key in PEM']);
    copyFileSync(a.key, place.key);
    expect(await store.look()).toBe(true);
    expect(told.at(-1)).toBe('mended web.key');
  });

  it('join and leave a folder, the last one excepted', async () => {
    const directory = folder();
    put(a, directory, 'a');
    const { store, told } = await open({ directory });
    const place = put(b, directory, 'b');
    await store.look();
    rmSync(join(directory, 'a.crt'));
    await store.look();
    rmSync(place.certificate);
    await store.look();
    await store.look();
    expect(told).toEqual([
      'serves a.test',
      'serves a.test b.test',
      'serves b.test',
      'kept: there is no certificate with its key',
    ]);
    expect(store.current.base.options.cert).toBe(b.certificateText);
  });

  it('stand apart: one that is wrong does not keep another from being replaced', async () => {
    const directory = folder();
    const places = [put(a, directory, 'one'), put(b, directory, 'two')];
    const { store, told } = await open({ certificates: places });
    rmSync(places[0].key);
    put(c, directory, 'two');
    await store.look();
    expect(told.at(-1)).toBe('serves a.test c.test');
  });

  it('make contexts anew only for what has changed', async () => {
    const directory = folder();
    const places = [put(a, directory, 'one'), put(b, directory, 'two')];
    const { store } = await open({ certificates: places });
    const before = store.current;
    put(c, directory, 'two');
    await store.look();
    expect(store.current.base).toBe(before.base);
    expect(store.current.contextFor?.('c.test')).toBeDefined();
    expect(store.current.contextFor?.('b.test')).toBeUndefined();
  });

  it('change with the authority of their clients, whose earlier sessions then count no more', async () => {
    const directory = folder();
    const file = join(directory, 'clients.crt');
    copyFileSync(authority.file, file);
    const { store } = await open({
      certificates: [plain(a)],
      clientCertificates: { authority: file, required: true },
    });
    const before = store.current;
    expect(before.clientCertificates).toBe('required');
    writeFileSync(join(directory, 'new'), new Authority('Another').text);
    renameSync(join(directory, 'new'), file);
    await store.look();
    expect(store.current.base.options.sessionIdContext).not.toBe(before.base.options.sessionIdContext);
    writeFileSync(file, 'garbage');
    const now = store.current;
    expect(await store.look()).toBe(false);
    expect(store.current).toBe(now);
  });
});
