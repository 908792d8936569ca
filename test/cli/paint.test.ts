import { describe, expect, it, vi } from 'vitest';
import { paint } from '../../src/cli/paint';
import { useNoTerminal, watchedByTerminal } from './terminal';

const STYLES = ['red', 'yellow', 'green', 'bold', 'dim'] as const;

useNoTerminal();

describe('a painted text', () => {
  it.each(STYLES)('is %s for a person at a terminal', (style) => {
    watchedByTerminal(true);
    const [start, text, end] = paint(style, '|text|').split('|');
    expect(text).toBe('text');
    for (const code of [start, end]) expect(code.replace('\u001b', 'ESC')).toMatch(/^ESC\[\d+m$/);
  });

  it('looks different in every style', () => {
    watchedByTerminal(true);
    expect(new Set(STYLES.map((style) => paint(style, 'text'))).size).toBe(STYLES.length);
  });

  it.each(STYLES)('has no escape codes in %s where the standard error is no terminal', (style) => {
    watchedByTerminal(false, true);
    expect(paint(style, 'text')).toBe('text');
  });

  it.each(STYLES)('has no escape codes in %s where NO_COLOR is set', (style) => {
    watchedByTerminal(true);
    vi.stubEnv('NO_COLOR', '1');
    expect(paint(style, 'text')).toBe('text');
  });

  it('has its colour where NO_COLOR is empty, which asks for nothing', () => {
    watchedByTerminal(true);
    vi.stubEnv('NO_COLOR', '');
    expect(paint('red', 'text')).not.toBe('text');
  });

  it('follows a change of the environment, as nothing is decided when the program is loaded', () => {
    watchedByTerminal(true);
    expect(paint('red', 'text')).not.toBe('text');
    watchedByTerminal(false);
    expect(paint('red', 'text')).toBe('text');
  });
});
