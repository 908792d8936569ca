import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Course, RedirectPolicy } from '../../../src/runtime/policies';
import { route } from './described';
import { request } from './support';

function redirected(redirect: object, from: Parameters<typeof request>[0], path = '/old/*') {
  const read = route({ path, redirect });
  if (read.redirect === undefined) throw new Error('no redirect');
  const course = new Course();
  new RedirectPolicy(read.redirect, read.path).onRequest(request(from), course);
  return course.answer;
}

const location = (...args: Parameters<typeof redirected>) => redirected(...args)?.answer.headers.Location;

describe('a redirect', () => {
  it.each([
    [{ path: '/new/*' }, { path: '/old/a/b' }, '/new/a/b'],
    [{ path: '/new/*' }, { path: '/old/a', query: 'b=c%20d' }, '/new/a?b=c%20d'],
    [{ path: '/new/*' }, { path: '/old/a%2Fb%5Cc/%E2%82%AC' }, '/new/a%2Fb%5Cc/%E2%82%AC'],
    [{ path: '/new' }, { path: '/old/a' }, '/new'],
    [{ host: 'new.example.com' }, { path: '/old/a', query: 'q' }, 'http://new.example.com/old/a?q'],
    [
      { host: 'new.example.com', path: '/*' },
      { path: '/old/a', scheme: 'https' as const },
      'https://new.example.com/a',
    ],
  ])('by %j leads, from %j, to %s', (redirect, from, expected) => {
    expect(location(redirect, from)).toBe(expected);
  });

  it('has the status of the description and no body', () => {
    const answer = redirected({ path: '/new', status: 302 }, {});
    expect(answer).toEqual({
      status: 302,
      reason: 'redirect',
      answer: { contentType: undefined, body: '', headers: { Location: '/new' } },
    });
    expect(redirected({ path: '/new' }, {})?.status).toBe(308);
  });

  it.each([
    ['/old//evil.example', '/evil.example'],
    ['/old/\\evil.example', '/evil.example'],
    ['/old/\\/evil.example', '/evil.example'],
    ['/old////evil.example', '/evil.example'],
    ['/old//\\evil.example/..;/', '/evil.example/..;/'],
    ['/old/%2F/evil.example', '/%2F/evil.example'],
    ['/old/%5Cevil.example', '/%5Cevil.example'],
    ['/old/http://evil.example', '/http://evil.example'],
    ['/old/@evil.example', '/@evil.example'],
  ])('of %s stays on its host', (path, expected) => {
    expect(location({ path: '/*' }, { path })).toBe(expected);
  });

  it('never leaves its host by what a client sends', () => {
    const base = 'http://shop.example.com/old/';
    const rest = fc.stringMatching(/^[!-"$-~]{0,20}$/);
    const tricky = fc.array(fc.constantFrom('/', '\\', '.', '@', ':', '?', '%2f', '%5c', 'evil.example', '//'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          rest,
          tricky.map((parts) => parts.join('')),
        ),
        (rest) => {
          const [path, query = ''] = `/old/${rest}`.split('?');
          expect(new URL(location({ path: '/*' }, { path, query }) ?? '', base).host).toBe('shop.example.com');
          expect(new URL(location({ host: 'a.example' }, { path, query }) ?? '', base).host).toBe('a.example');
        },
      ),
    );
  });
});
