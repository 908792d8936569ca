import { expect, it } from 'vitest';
import type { RuntimeEvent } from '../../src/runtime';
import { FallbackFileReporter } from '../../src/runtime/fallback-file-reporter';
import { FileError } from '../../src/runtime/files';
import { Registry } from '../../src/runtime/telemetry';

function setUp() {
  const registry = new Registry();
  const events: RuntimeEvent[] = [];
  const place = { api: 'shop', route: 'all', file: 'a.json' };
  const reporter = new FallbackFileReporter(registry, (event) => events.push(event), place);
  const value = (name: string) =>
    new RegExp(`^spillway_fallback_file_${name}\\{api="shop",route="all",file="a.json"\\} (.*)$`, 'm').exec(
      registry.render(),
    )?.[1];
  return { reporter, events, value };
}

const event = (state: string, reason?: string) => ({
  kind: 'fallbackFile',
  route: 'all',
  file: 'a.json',
  state,
  ...(reason && { reason }),
});

it('tells when the file was written, and that it is written anew', () => {
  const { reporter, events, value } = setUp();
  reporter.serves(1_000);
  expect([value('written_timestamp_seconds'), value('stale'), events]).toEqual(['1', '0', []]);
  reporter.serves(2_500);
  expect([value('written_timestamp_seconds'), events]).toEqual(['2.5', [event('renewed')]]);
});

it('tells of a file that is old or unusable as long as it is either', () => {
  const { reporter, events, value } = setUp();
  reporter.serves(1_000);
  reporter.aged(true);
  reporter.kept(new FileError('a.json', 'it is a directory'));
  reporter.mended();
  expect([value('stale'), events]).toEqual(['1', [event('old'), event('kept', 'it is a directory')]]);
  reporter.aged(false);
  expect(value('stale')).toBe('0');
});

it('tells nothing of a file that is used no more', () => {
  const { reporter, value } = setUp();
  reporter.serves(1_000);
  reporter.closed();
  expect([value('written_timestamp_seconds'), value('stale')]).toEqual([undefined, undefined]);
});
