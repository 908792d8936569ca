import { mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FALLBACK_FILE_LIMIT } from '../../../src/model';
import { FallbackFile, type FallbackFileVoice } from '../../../src/runtime/fallbacks';

const MINUTE = 60_000;
/** Of whole seconds, which every file system keeps. */
const THEN = 1_700_000_000_000;

class Voice implements FallbackFileVoice {
  readonly told: string[] = [];

  serves(writtenAt: number): void {
    this.told.push(`serves ${(writtenAt - THEN) / MINUTE}`);
  }

  aged(old: boolean): void {
    this.told.push(old ? 'old' : 'fresh');
  }

  kept({ reason }: { reason: string }): void {
    this.told.push(`kept: ${reason}`);
  }

  mended(): void {
    this.told.push('mended');
  }

  closed(): void {
    this.told.push('closed');
  }
}

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-fallback-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'sorry.json');
  const time = { now: THEN };
  const clock = { now: () => time.now, after: () => () => {} };
  const voice = new Voice();
  /** Puts another file in the place of the one there is, as if `minutes` later. */
  const write = (text: string, minutes: number) => {
    const next = join(folder, 'next');
    writeFileSync(next, text);
    utimesSync(next, (THEN + minutes * MINUTE) / 1_000, (THEN + minutes * MINUTE) / 1_000);
    renameSync(next, path);
  };
  const open = async (maxAge = Number.POSITIVE_INFINITY) => {
    const file = await FallbackFile.open(path, maxAge, voice, clock);
    onTestFinished(() => file.close());
    return file;
  };
  return { path, time, voice, write, open };
}

it('cannot be opened where there is no such file, or it is too large', async () => {
  const { path, write, open } = setUp();
  await expect(open()).rejects.toMatchObject({ name: 'FileError', file: path, reason: 'there is no such file' });
  write('', 0);
  truncateSync(path, FALLBACK_FILE_LIMIT + 1);
  await expect(open()).rejects.toMatchObject({ reason: 'it is larger than 1MB' });
});

it('may be exactly as large as allowed', async () => {
  const { path, write, open } = setUp();
  write('', 0);
  truncateSync(path, FALLBACK_FILE_LIMIT);
  expect((await open()).octets).toHaveLength(FALLBACK_FILE_LIMIT);
});

it('holds what it held when it was last looked at', async () => {
  const { voice, write, open } = setUp();
  write('one', 0);
  const file = await open();
  file.start();
  write('two', 1);
  expect(String(file.octets)).toBe('one');
  expect(await file.look()).toBe(true);
  expect(String(file.octets)).toBe('two');
  await file.look();
  expect(voice.told).toEqual(['serves 0', 'serves 1']);
});

it('goes on with what it held while it is gone, and tells so once it is sure', async () => {
  const { path, voice, write, open } = setUp();
  write('one', 0);
  const file = await open();
  file.start();
  unlinkSync(path);
  for (let i = 0; i < 3; i++) expect(await file.look()).toBe(false);
  expect(String(file.octets)).toBe('one');
  write('one', 0);
  await file.look();
  expect(voice.told).toEqual(['serves 0', 'kept: there is no such file', 'mended']);
});

it('is old once it has passed its greatest age, until it is written again', async () => {
  const { time, voice, write, open } = setUp();
  write('one', 0);
  const file = await open(MINUTE);
  file.start();
  time.now = THEN + MINUTE;
  await file.look();
  expect(file.fresh).toBe(true);
  time.now += 1;
  await file.look();
  await file.look();
  expect(file.fresh).toBe(false);
  write('one', 1);
  await file.look();
  expect(voice.told).toEqual(['serves 0', 'old', 'serves 1', 'fresh']);
});

it('tells nothing after its end', async () => {
  const { voice, write, open } = setUp();
  write('one', 0);
  const file = await open();
  file.start();
  file.close();
  write('two', 1);
  await file.look();
  expect(voice.told).toEqual(['serves 0', 'closed']);
});
