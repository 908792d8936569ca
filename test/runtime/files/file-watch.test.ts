import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Clock, FileWatch } from '../../../src/runtime/files';

/** A clock that a test turns: it knows one call that is due, as a watch has no more. */
class OneTimer implements Clock {
  due: { ms: number; call: () => void } | undefined;

  now(): number {
    return 0;
  }

  after(ms: number, call: () => void): () => void {
    this.due = { ms, call };
    return () => {
      this.due = undefined;
    };
  }

  async pass(): Promise<void> {
    const { due } = this;
    this.due = undefined;
    due?.call();
    await new Promise(setImmediate);
  }
}

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function watchOf(folders: string[], look: () => Promise<boolean>) {
  const clock = new OneTimer();
  const watch = new FileWatch(folders, look, clock);
  onTestFinished(() => watch.close());
  return { clock, watch };
}

it('looks soon after a file of the folder has changed, once it is quiet', async () => {
  const directory = folder();
  const { clock } = watchOf([directory], async () => true);
  expect(clock.due?.ms).toBe(10_000);
  writeFileSync(join(directory, 'a'), '');
  await vi.waitFor(() => expect(clock.due?.ms).toBe(300));
});

it('looks from time to time where nothing is told, even of a folder that is not there', async () => {
  let looks = 0;
  const { clock } = watchOf(['/nowhere/at/all'], async () => {
    looks += 1;
    return true;
  });
  for (let i = 1; i <= 3; i++) {
    expect(clock.due?.ms).toBe(10_000);
    await clock.pass();
    expect(looks).toBe(i);
  }
});

it('looks again soon where the files did not fit together', async () => {
  const answers = [false, true];
  const { clock } = watchOf([], async () => answers.shift() as boolean);
  await clock.pass();
  expect(clock.due?.ms).toBe(1_000);
  await clock.pass();
  expect(clock.due?.ms).toBe(10_000);
});

it('looks again after a change that came while it was looking', async () => {
  const directory = folder();
  let finish = (_: boolean) => {};
  const look = () =>
    new Promise<boolean>((resolve) => {
      finish = resolve;
    });
  const { clock } = watchOf([directory], look);
  await clock.pass();
  expect(clock.due).toBeUndefined();
  writeFileSync(join(directory, 'a'), '');
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish(true);
  await vi.waitFor(() => expect(clock.due?.ms).toBe(300));
});

it('looks no more once it is closed, not even after what was under way', async () => {
  const directory = folder();
  let finish = (_: boolean) => {};
  const look = () =>
    new Promise<boolean>((resolve) => {
      finish = resolve;
    });
  const { clock, watch } = watchOf([directory], look);
  await clock.pass();
  watch.close();
  writeFileSync(join(directory, 'a'), '');
  finish(false);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(clock.due).toBeUndefined();
});
