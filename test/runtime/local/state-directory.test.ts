import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StateDirectory } from '../../../src/runtime/local/state-directory';

let home: string;
let state: StateDirectory;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spillway-state-'));
  state = new StateDirectory(join(home, 'state'));
  state.prepare();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('is readable by its owner alone', () => {
  state.writeContact({ pid: 1, port: 2, token: 'secret', program: 'x' });
  expect([state.path, join(state.path, 'contact.json')].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0]);
});

it('gives back what was written, and nothing where nothing was', () => {
  expect([state.readModel(), state.readContact()]).toEqual([undefined, undefined]);
  state.writeModel('{}');
  expect(state.readModel()).toBe('{}');
});

it('begins a new log when the old one is long', () => {
  writeFileSync(state.log, '');
  truncateSync(state.log, 11 * 1024 * 1024);
  state.prepare();
  expect(existsSync(state.log)).toBe(false);
  expect(existsSync(`${state.log}.1`)).toBe(true);
});

it('removes what is its own, and leaves what is not', () => {
  state.writeModel('{}');
  writeFileSync(join(state.path, 'notes.txt'), 'mine');
  state.remove();
  expect(readdirSync(state.path)).toEqual(['notes.txt']);
});
