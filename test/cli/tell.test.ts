import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countProblems, tellProblems } from '../../src/cli/tell';
import { type Problem, problem } from '../../src/model';
import { useNoTerminal, watchedByTerminal } from './terminal';

useNoTerminal();

const ERROR = problem({ code: 'SPW2006', path: ['listeners', 'web', 'port'] });
const WARNING = problem({ code: 'SPW5002', path: ['pools', 'spare'] });
const NOTE = problem({ code: 'SPW4005', path: ['raw'] });

describe('the count of problems', () => {
  const count = (...problems: Problem[]) => countProblems(problems, 'no problems');

  it.each([
    ['1 error', [ERROR]],
    ['2 errors', [ERROR, ERROR]],
    ['1 warning', [WARNING]],
    ['2 warnings', [WARNING, WARNING]],
    ['1 error, 1 warning', [ERROR, WARNING]],
    ['2 errors, 3 warnings', [WARNING, ERROR, WARNING, ERROR, WARNING]],
  ])('is "%s"', (words, problems) => {
    expect(count(...problems)).toBe(words);
  });

  it('is what it is told to be where there is none', () => {
    expect(count()).toBe('no problems');
    expect(countProblems([], 'all is well')).toBe('all is well');
  });

  it('leaves notes out', () => {
    expect(count(ERROR, NOTE)).toBe('1 error');
    expect(count(NOTE)).toBe('no problems');
  });
});

describe('problems told to a person', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => vi.restoreAllMocks());

  it('are lines of severity, code, subject and message, in the order given', () => {
    tellProblems([WARNING, NOTE, ERROR]);
    expect(lines).toEqual([
      'warning SPW5002 pools.spare: nothing uses this pool',
      'note SPW4005 raw: text passed on as it was written',
      'error SPW2006 listeners.web.port: the number is out of range',
    ]);
  });

  it('begin with their place in the file', () => {
    tellProblems([{ ...ERROR, place: { file: 'shop.yaml', line: 3, column: 9 } }]);
    expect(lines).toEqual(['shop.yaml:3:9 error SPW2006 listeners.web.port: the number is out of range']);
  });

  it('have no subject where they concern the whole', () => {
    tellProblems([problem({ code: 'SPW1001', path: [] })]);
    expect(lines).toEqual(['error SPW1001 the file is not well-formed']);
  });

  it('are followed by what was found, what is allowed and the fix', () => {
    tellProblems([{ ...ERROR, found: '0', allowed: 'a whole number from 1 to 65535', fix: 'Write 8080.' }]);
    expect(lines.slice(1)).toEqual([
      '    found    0',
      '    allowed  a whole number from 1 to 65535',
      '    Write 8080.',
    ]);
  });

  it.each([
    ['found', '    found    text'],
    ['allowed', '    allowed  text'],
    ['fix', '    text'],
  ])('are followed by what is known alone: %s', (detail, line) => {
    tellProblems([{ ...ERROR, [detail]: 'text' }]);
    expect(lines.slice(1)).toEqual([line]);
  });

  it('are nothing where there is none', () => {
    tellProblems([]);
    expect(lines).toEqual([]);
  });

  it('differ in colour by their severity at a terminal', () => {
    watchedByTerminal(true);
    tellProblems([ERROR, WARNING, NOTE]);
    const colours = lines.map((line) => line.slice(0, line.search(/error|warning|note/)));
    expect(new Set(colours).size).toBe(3);
    expect(colours).not.toContain('');
  });
});
