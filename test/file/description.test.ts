import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../../src/file';
import { formatPath } from '../../src/model';

const FIXTURES = join(__dirname, '..', 'fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

describe('a description in YAML', () => {
  it('is accepted with every word that there is', () => {
    const { api, problems } = readDescription(fixture('shop.yaml'), 'shop.yaml');
    expect(problems.map(({ severity, code, path }) => `${severity} ${code} ${formatPath(path)}`)).toEqual([
      'note SPW4005 raw.haproxy',
    ]);
    expect(api?.routes.catalogue.timeouts).toEqual({ connect: 250, response: 2_000, request: 5_000, idle: 600_000 });
  });

  it('reads the same as JSON', () => {
    const { api, description } = readDescription(fixture('shop.yaml'), 'shop.yaml');
    expect(readDescription(JSON.stringify(description), 'shop.json').api).toEqual(api);
  });

  it('has all its mistakes told at once, each at its line and column', () => {
    const text = fixture('mistakes.yaml').replace('@BODY@', 'x'.repeat(16 * 1024));
    const { api, problems } = readDescription(text, 'api.yaml');
    expect(api).toBeUndefined();
    expect(
      problems.map(({ place, code, path }) => `${place?.line}:${place?.column} ${code} ${formatPath(path)}`),
    ).toEqual([
      '4:36 SPW2006 listeners.web.port',
      '5:38 SPW2006 listeners.other.port',
      '9:46 SPW2006 pools.web.targets[0].weight',
      '10:48 SPW2006 pools.web.targets[1].priority',
      '11:5 SPW2001 pools.web.helthCheck',
      '12:3 SPW3004 pools.empty',
      '16:11 SPW3001 routes.get.pool',
      '17:26 SPW2004 routes.get.timeouts.connect',
      '19:28 SPW2012 routes.get.fallback.headers.X-Reason',
      '20:13 SPW2013 routes.get.fallback.text',
      '21:3 SPW1002 routes.get',
      '22:11 SPW2010 routes.get.path',
    ]);
  });

  it('names what was probably meant', () => {
    const { problems } = readDescription(fixture('mistakes.yaml'), 'api.yaml');
    expect(problems.flatMap(({ fix }) => fix ?? [])).toEqual(
      expect.arrayContaining(['Did you mean "healthCheck"?', 'Did you mean "web"?']),
    );
  });

  it('never repeats a control character of its values', () => {
    const { problems } = readDescription(fixture('mistakes.yaml'), 'api.yaml');
    expect(problems.flatMap(({ found }) => found ?? []).join('')).not.toMatch(/\p{Cc}/u);
  });

  it('has a syntax error told alone', () => {
    const { problems } = readDescription('version: 1\nname: [a\nlisteners: {}\n', 'api.yaml');
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['SPW1001']));
    expect(problems[0].place).toEqual({ file: 'api.yaml', line: 3, column: 1 });
  });

  it('is refused when aliases would expand without bound', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x]',
      ...'bcdefg'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdef'[i]}, `.repeat(8)}]`),
    ];
    expect(readDescription(bomb.join('\n'), 'api.yaml').problems.map(({ code }) => code)).toEqual(['SPW1001']);
  });

  it('is refused unread when it is larger than a description can be', () => {
    expect(readDescription('#'.repeat(5 * 1024 * 1024), 'api.yaml').problems[0].code).toBe('SPW1003');
  });

  it.each(['', '[]', 'null', '7', 'text', '{}', 'routes: 5', 'pools: { a: null }', 'pools: { a: { targets: 1 } }'])(
    'is refused in plain words when it is %j',
    (text) => {
      const { api, problems } = readDescription(text, 'api.yaml');
      expect(api).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});
