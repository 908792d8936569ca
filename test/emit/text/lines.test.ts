import { describe, expect, it } from 'vitest';
import { lines, word } from '../../../src/emit/text';
import { Ref } from '../../../src/model';

const upper = (literal: string) => literal.toUpperCase();

describe('lines', () => {
  it('joins what is known and keeps a deferred part as a part of its own', () => {
    const host = new Ref('token');
    expect(lines([['one'], ['two ', host, ':80'], ['three']])).toEqual(['one\ntwo ', host, ':80\nthree\n']);
  });
});

describe('word', () => {
  it('quotes the literal parts and never a deferred one', () => {
    const host = new Ref('token');
    expect([word('a', upper), word(7, upper), word(host, upper), word([host, ':p'], upper)]).toEqual([
      ['A'],
      ['7'],
      [host],
      [host, ':P'],
    ]);
  });
});
