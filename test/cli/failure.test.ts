import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/cli/failure';
import { useNoTerminal, watchedByTerminal } from './terminal';

useNoTerminal();

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** An error as the file system throws it. */
function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, ...(path === undefined ? {} : { path }) });
}

const told = (error: unknown) => describeFailure(error, false).message;

describe('a failure that the system names', () => {
  it.each([
    ['ENOENT', 'there is no such file or directory'],
    ['EACCES', 'permission is denied'],
    ['EPERM', 'permission is denied'],
    ['EISDIR', 'it is a directory'],
    ['ENOTDIR', 'a part of the path is not a directory'],
    ['ENOSPC', 'the disk is full'],
  ])('is told with its path in plain words: %s', (code, words) => {
    expect(told(systemError(code, 'shop.yaml'))).toBe(`error shop.yaml: ${words}`);
  });

  it('is told so as the file system really throws it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'spillway-failure-'));
    const file = join(directory, 'shop.yaml');
    writeFileSync(file, '');
    const errors = [
      thrownBy(() => readFileSync(join(directory, 'none.yaml'))),
      thrownBy(() => readdirSync(file)),
      thrownBy(() => writeFileSync(directory, '')),
    ];
    rmSync(directory, { recursive: true });
    expect(errors.map(told)).toEqual([
      `error ${join(directory, 'none.yaml')}: there is no such file or directory`,
      `error ${file}: a part of the path is not a directory`,
      `error ${directory}: it is a directory`,
    ]);
  });

  it('is told in plain words inside the message where it has no path', () => {
    expect(told(systemError('EADDRINUSE'))).toBe('error the port is in use: as the system says it');
  });

  it('is told in one line whatever was thrown', () => {
    expect([null, undefined, new Error(''), 'text'].map((thrown) => describeFailure(thrown, false).message)).toEqual([
      'error null',
      'error undefined',
      'error Error',
      'error text',
    ]);
  });

  it('is told in the words of the system where nobody knows its code', () => {
    expect(told(systemError('EMFILE', 'shop.yaml'))).toBe('error EMFILE: as the system says it');
  });
});

describe('any other failure', () => {
  it.each([
    ['an error', new Error('no luck'), 'no luck'],
    ['an error of many lines', new Error('no luck\n    at all\n'), 'no luck'],
    ['a text', 'no luck', 'no luck'],
    ['a number', 42, '42'],
  ])('is told on one line: %s', (_, error, line) => {
    expect(told(error)).toBe(`error ${line}`);
  });
});

describe('with --verbose a failure', () => {
  it.each([
    ['that the system names', systemError('ENOENT', 'shop.yaml'), 'shop.yaml: there is no such file or directory'],
    ['that nobody knows', new Error('no luck'), 'no luck'],
  ])('%s is followed by where it comes from', (_, error, line) => {
    const { message } = describeFailure(error, true);
    expect(message).toBe(`error ${line}\n${error.stack}`);
    expect(message).toMatch(/\n {4}at /);
  });

  it('is one line where it does not say where it comes from', () => {
    expect(describeFailure('no luck', true).message).toBe('error no luck');
  });
});

it('a failure is the exit code 3, verbose or not', () => {
  for (const verbose of [false, true]) expect(describeFailure(new Error('no luck'), verbose).exitCode).toBe(3);
});

it('a failure has the word "error" in colour at a terminal, and nothing else', () => {
  watchedByTerminal(true);
  const message = told(new Error('no luck'));
  expect(message).not.toBe('error no luck');
  expect(message).toMatch(/error.+ no luck$/);
});
