import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostsFileAddresses } from '../../../src/runtime/names/hosts-file';

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-hosts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hosts');
  writeFileSync(path, text);
  return path;
}

it.each([
  ['a name', '10.0.0.1 web.test\n', ['10.0.0.1']],
  ['a name in capitals', '10.0.0.1 WEB.test\n', ['10.0.0.1']],
  ['a name after others', '10.0.0.1\tone two  web.test\r\n', ['10.0.0.1']],
  ['addresses of both families', '10.0.0.1 web.test\n::1 web.test\n10.0.0.1 web.test', ['10.0.0.1', '::1']],
  ['no comment', '# 10.0.0.1 web.test\n10.0.0.2 other # web.test\n', []],
  ['no part of a name', '10.0.0.1 web.test.org\n10.0.0.1 my.web.test\n', []],
  ['nothing that is no address', 'x web.test\nweb.test\n', []],
])('finds %s', async (_, text, addresses) => {
  expect(await hostsFileAddresses('web.test', fileOf(text))).toEqual(addresses);
});

it('finds nothing where there is no file', async () => {
  expect(await hostsFileAddresses('web.test', '/nowhere/hosts')).toEqual([]);
});
