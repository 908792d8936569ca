import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { AccessLog, type LogEntry } from '../../../src/runtime/telemetry';

const ENTRY: LogEntry = {
  time: 0,
  client: '127.0.0.1',
  method: 'GET',
  host: 'shop.test',
  path: '/a',
  status: 200,
  bytes: 12,
  durationMs: 1.23456,
  route: 'all',
  tier: 'web',
  target: '127.0.0.1:1',
  attempts: 1,
  fallback: false,
  reason: '',
};

function file(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'access.log');
}

/** Writes entries, and gives the lines of the file. */
async function written(
  entries: readonly LogEntry[],
  parts: { format?: 'json' | 'text'; samplePercent?: number } = {},
  random?: () => number,
) {
  const path = file();
  const log = new AccessLog({ path, format: 'json', samplePercent: 100, ...parts }, random);
  for (const entry of entries) log.write(entry);
  await log.close();
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

it('writes one JSON object a request', async () => {
  const [line] = await written([ENTRY]);
  expect(JSON.parse(line)).toEqual({ ...ENTRY, time: '1970-01-01T00:00:00.000Z', durationMs: 1.235 });
});

it('writes one readable line a request', async () => {
  expect(await written([ENTRY], { format: 'text' })).toEqual([
    '1970-01-01T00:00:00.000Z 127.0.0.1 "GET shop.test/a" 200 12 1.235ms route=all tier=web target=127.0.0.1:1 attempts=1 fallback=false reason=-',
  ]);
});

it('lets nothing that a client sends begin a line, or leave its quotes', async () => {
  const hostile = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '\0', '\u2028', ' ', 'a') });
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (path, host) => {
      const entry = { ...ENTRY, path, host };
      const json = await written([entry, ENTRY]);
      expect(json).toHaveLength(2);
      expect(JSON.parse(json[0])).toMatchObject({ path, host });
      const text = await written([entry, ENTRY], { format: 'text' });
      expect(text).toHaveLength(2);
      expect(text[0].replace(/"(?:[^"\\]|\\.)*"/, '""')).toMatch(/^\S+ 127.0.0.1 "" 200 12 /);
    }),
    { numRuns: 30 },
  );
});

it('writes ten thousand lines, all of them and in order', async () => {
  const lines = await written(Array.from({ length: 10_000 }, (_, i) => ({ ...ENTRY, path: `/${i}` })));
  expect(lines.map((line) => JSON.parse(line).path)).toEqual(Array.from({ length: 10_000 }, (_, i) => `/${i}`));
});

it('leaves out what the sample does, but never a failure', async () => {
  const entries = [ENTRY, { ...ENTRY, status: 502 }, { ...ENTRY, status: 0, reason: 'aborted' }];
  const lines = await written(entries, { samplePercent: 10 }, () => 0.1);
  expect(lines.map((line) => JSON.parse(line).status)).toEqual([502, 0]);
  expect(await written([ENTRY], { samplePercent: 10 }, () => 0.09)).toHaveLength(1);
});

it.each(['json', 'text'] as const)(
  'writes to a pipe what it takes as one piece, as %s: a line is shortened to that',
  async (format) => {
    const path = file();
    execFileSync('mkfifo', [path]);
    const pipe = openSync(path, 'r+');
    onTestFinished(() => closeSync(pipe));
    const log = new AccessLog({ path, format, samplePercent: 100 });
    for (const octet of ['"', 'é', 'a'])
      log.write({ ...ENTRY, method: 'M'.repeat(9_000), host: octet.repeat(9_000), path: octet.repeat(9_000) });
    log.write(ENTRY);
    await log.close();
    const into = Buffer.alloc(65_536);
    const lines = into.toString('utf8', 0, readSync(pipe, into)).split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(Buffer.byteLength(`${line}\n`)).toBeLessThanOrEqual(4_096);
  },
);
