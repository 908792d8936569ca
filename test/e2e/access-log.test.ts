import { execFileSync } from 'node:child_process';
import { closeSync, constants, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusyClients } from '../support/clients';
import { end } from '../support/processes';
import { startService } from '../support/service';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-access-log-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const REQUESTS = 4_000;
/** Long enough that no few lines fill what is written at once. */
const PATHS = ['a'.repeat(5), 'b'.repeat(700), 'c'.repeat(1_500), 'd'.repeat(6_000)];

/** Two workers that write to one place while clients ask as fast as they can. @returns how many requests were answered */
async function load(path: string, prelude = ':'): Promise<number> {
  const { child, url } = await startService(
    { routes: { all: { fallback: { status: 200, text: 'here' } } }, accessLog: { path } },
    { directory, workers: 2, prelude },
  );
  const clients = PATHS.flatMap((part) => [1, 2].map(() => new BusyClients(`${url}${part}`, 4)));
  await Promise.all(clients.map((some) => some.more(REQUESTS / clients.length)));
  const outcomes = await Promise.all(clients.map((some) => some.stop()));
  expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
  expect(await end(child)).toBe(0);
  return outcomes.reduce((sum, { answered }) => sum + answered, 0);
}

/** Reads a pipe to its end, so slowly that it is full most of the time. */
async function readSlowly(path: string): Promise<string> {
  // For writing as well, so that it has not ended before the first writer comes.
  const fd = openSync(path, constants.O_RDWR);
  const keeper = { open: true };
  let text = '';
  const stream = createReadStream(path, { highWaterMark: 20_000, encoding: 'utf8' });
  for await (const part of stream) {
    text += part;
    if (keeper.open) closeSync(fd);
    keeper.open = false;
    await wait(1);
  }
  return text;
}

function whole(text: string): { status: number; path: string }[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the access log of several workers', () => {
  it('has whole lines where it is a pipe that is read slowly', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = readSlowly(pipe);
    const answered = await load('stdout', `exec > '${pipe}'`);
    const entries = whole(await reading);
    expect(entries).toHaveLength(answered);
    // What no pipe takes in one piece is told shortened.
    const paths = PATHS.map((part) => (part.length > 4_096 ? expect.stringMatching(/^\/d{900,}…$/) : `/${part}`));
    expect([...new Set(entries.map(({ path }) => path))].sort()).toEqual(paths);
  });

  it('has whole lines where it is a file', async () => {
    const path = join(directory, 'access.log');
    const answered = await load(path);
    const entries = whole(readFileSync(path, 'utf8'));
    expect(entries).toHaveLength(answered);
    expect([...new Set(entries.map(({ path }) => path))].sort()).toEqual(PATHS.map((part) => `/${part}`));
  });
});
