import { describe, expect, it } from 'vitest';
import { Condition, Duration, Fallback, Size } from '../../src/constructs';
import { splitDeferredAddress, toWords } from '../../src/constructs/words';
import { Ref } from '../../src/model';
import { DEFERRED_NUMBER, newApi, TOKENS } from './support';

const words = (value: unknown, api = newApi()) => toWords(value, TOKENS, api);

describe('what is written in a program becomes the words of a file', () => {
  it.each([
    [Duration.millis(1_500), '1500ms'],
    [Duration.seconds(2), '2s'],
    [Duration.minutes(90), '90m'],
    [Duration.hours(2), '2h'],
    [Duration.days(30), '30d'],
    [Duration.millis(0), '0ms'],
  ])('a duration: %s', (duration, text) => {
    expect(words(duration)).toBe(text);
  });

  it.each([
    [Size.bytes(1_000), '1000B'],
    [Size.bytes(0), '0B'],
    [Size.kibibytes(16), '16KB'],
    [Size.mebibytes(10), '10MB'],
    [Size.gibibytes(1), '1GB'],
  ])('a size: %s', (size, text) => {
    expect(words(size)).toBe(text);
  });

  it('a condition is its word, a status is its number', () => {
    const all = [Condition.CONNECT_FAILURE, Condition.RESET, Condition.TIMEOUT, Condition.UNAVAILABLE];
    expect(words([...all, Condition.status(503)])).toEqual(['connectFailure', 'reset', 'timeout', 'unavailable', 503]);
  });

  it.each([
    ['json', Fallback.json({ message: 'Back soon.' }), { json: { message: 'Back soon.' } }],
    ['text', Fallback.text('Back soon.'), { text: 'Back soon.' }],
    [
      'file',
      Fallback.file({ path: 'sorry.html', maxAge: Duration.days(1) }),
      { file: { path: 'sorry.html', maxAge: '1d' } },
    ],
    ['redirect', Fallback.redirect({ location: '/sorry' }), { redirect: { location: '/sorry' } }],
    ['stale', Fallback.stale({ maxAge: Duration.minutes(10) }), { stale: { maxAge: '10m' } }],
  ])('a fallback by %s', (_, fallback, expected) => {
    expect(words(fallback)).toEqual(expected);
  });

  it('the options of a fallback stand beside its body', () => {
    const fallback = Fallback.text('', {
      on: [Condition.UNAVAILABLE, Condition.status(502)],
      status: 503,
      headers: { 'Retry-After': '5' },
    });
    expect(words(fallback)).toEqual({
      text: '',
      on: ['unavailable', 502],
      status: 503,
      headers: { 'Retry-After': '5' },
    });
  });

  it('lists and objects are looked at to the bottom', () => {
    const nested = { arms: [{ weight: 1, on: [Condition.RESET] }, { limits: { body: Size.kibibytes(1) } }] };
    expect(words(nested)).toEqual({ arms: [{ weight: 1, on: ['reset'] }, { limits: { body: '1KB' } }] });
  });

  it('a key without a value is left out', () => {
    const options = { path: undefined, nested: { host: undefined } };
    expect(Object.keys(words(options) as object)).toEqual(['nested']);
    expect(Object.keys((words(options) as typeof options).nested)).toEqual([]);
  });

  it.each([['text'], [''], [0], [false], [null], [undefined]])('%j stays as it is', (value) => {
    expect(words(value)).toBe(value);
  });
});

describe('a value that is known only at deployment', () => {
  it.each([
    ['a text', '@{address}', '@{address}'],
    ['a text around it', 'http://@{address}/', 'http://@{address}/'],
    ['a number', DEFERRED_NUMBER, String(DEFERRED_NUMBER)],
    ['a whole list', ['@{list}'], '@{list}'],
  ])('becomes a reference: %s', (_, value, token) => {
    expect(words(value)).toEqual(new Ref(token));
  });

  it('becomes a reference wherever it stands', () => {
    expect(words({ hosts: ['a', '@{host}'], tags: { team: '@{team}' } })).toEqual({
      hosts: ['a', new Ref('@{host}')],
      tags: { team: new Ref('@{team}') },
    });
  });

  it('becomes a reference inside a fallback', () => {
    expect(words(Fallback.text('@{text}'))).toEqual({ text: new Ref('@{text}') });
  });
});

describe('the address of a target', () => {
  const split = (address: string) => splitDeferredAddress(address, TOKENS);

  it('is taken apart where its host is deferred and its port is not', () => {
    expect(split('@{host}:8080')).toEqual({ address: '@{host}', port: 8080 });
  });

  it.each([
    ['a literal', '10.0.0.1:8080'],
    ['without a port', '@{host}'],
    ['whose host is deferred in part', 'web-@{host}:8080'],
    ['whose port is deferred', '@{host}:@{port}'],
    ['with more than a port', '@{host}:8080/x'],
    ['with a deferred part after its port', '@{host}:8080@{path}'],
    ['whose port is no number', '@{host}:http'],
  ])('is left to the model where it is one %s', (_, address) => {
    expect(split(address)).toEqual({ address });
  });
});
