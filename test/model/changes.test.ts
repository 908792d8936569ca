import { describe, expect, it } from 'vitest';
import { formatPath, validate } from '../../src/model';

const problems = (route: object) =>
  validate({
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets: [{ address: '127.0.0.1:9001' }] } },
    routes: { all: { path: '/v1/*', ...('redirect' in route ? {} : { pool: 'live' }), ...route } },
    accept: ['SPW5002'],
  }).problems;

const codes = (route: object) => problems(route).map(({ code, path }) => `${code} ${formatPath(path)}`);

describe.each(['rewrite', 'redirect'])('the new path of a %s', (key) => {
  it.each(['/', '/*', '/new', '/new/*', '/a%20b', '/a.b/..c', '/a/'])('may be %s', (path) => {
    expect(codes({ [key]: { path } })).toEqual([]);
  });

  it.each([
    '',
    'new',
    '//evil.test',
    '//*',
    '/a/../b',
    '/a/%2e%2E',
    '/./a',
    '/a?b',
    '/a#b',
    '/a b',
    '/a\r\nb',
    '/a*',
    '/a%2',
    '/\\a',
  ])('may not be %j', (path) => {
    expect(codes({ [key]: { path } })).toEqual([`SPW2009 routes.all.${key}.path`]);
  });

  it.each(['/v1', '~^/v[0-9]+/*'])('carries nothing over of a route for %s, which has nothing to carry', (path) => {
    expect(codes({ path, [key]: { path: '/new/*' } })).toEqual([`SPW3008 routes.all.${key}.path`]);
    expect(codes({ path, [key]: { path: '/new' } })).toEqual([]);
  });

  it('may be carried over to by a route that takes everything', () => {
    expect(codes({ path: undefined, [key]: { path: '/new/*' } })).toEqual([]);
  });

  it.each([
    ['new.example.com', []],
    ['[::1]', []],
    ['*.example.com', [`SPW2008 routes.all.${key}.host`]],
    ['new.example.com:80', [`SPW2008 routes.all.${key}.host`]],
    ['a/b', [`SPW2008 routes.all.${key}.host`]],
  ])('may stand beside the host %s: problems %j', (host, expected) => {
    expect(codes({ [key]: { host } })).toEqual(expected);
  });
});

it('lets no redirect lead to itself', () => {
  expect(codes({ redirect: {} })).toEqual(['SPW2002 routes.all.redirect.path']);
});

describe('fields to set', () => {
  it.each([
    'Host',
    'content-length',
    'Content_Length',
    'Transfer-Encoding',
    'transfer_encoding',
    'Expect',
    'Connection',
  ])('are never %s', (name) => {
    expect(codes({ rewrite: { setHeaders: { [name]: 'x' } } })).toEqual([
      `SPW2011 routes.all.rewrite.setHeaders.${name}`,
    ]);
    expect(codes({ rewrite: { removeHeaders: [name] } })).toEqual(['SPW2011 routes.all.rewrite.removeHeaders[0]']);
  });

  it('say where the host is set', () => {
    const [{ fix }] = problems({ rewrite: { setHeaders: { Host: 'x' } } });
    expect(fix).toBe('The host that targets see is set by rewrite.host.');
  });

  it.each(['X-Forwarded-For', 'Forwarded', 'Authorization', 'Set-Cookie'])('may be %s', (name) => {
    expect(codes({ rewrite: { setHeaders: { [name]: 'x' } } })).toEqual([]);
  });
});

describe('origins', () => {
  it.each([
    '*',
    'https://a.test',
    'http://localhost:3000',
    'http://[::1]',
    'https://xn--bcher-kva.test',
    'capacitor://localhost',
  ])('may be %s', (origin) => {
    expect(codes({ cors: { origins: [origin] } })).toEqual([]);
  });

  it.each([
    ['https://a.test/', 'Write "https://a.test".'],
    ['https://A.test', 'Write "https://a.test".'],
    ['https://a.test:443', 'Write "https://a.test".'],
    ['https://a.test/path', 'Write "https://a.test".'],
    ['null', undefined],
    ['a.test', undefined],
    ['', undefined],
    ['https://*.test', undefined],
    ['file:///a', undefined],
  ])('may not be %j, which no browser sends', (origin, fix) => {
    const [{ code, path, ...problem }, ...more] = problems({ cors: { origins: ['*', origin] } });
    expect([code, formatPath(path), problem.fix, more]).toEqual(['SPW2008', 'routes.all.cors.origins[1]', fix, []]);
  });

  it.each(['origins', 'headers'])('are not everything in %s where credentials are sent', (key) => {
    const cors = { origins: ['https://a.test'], [key]: ['*'] };
    expect(codes({ cors })).toEqual([]);
    expect(codes({ cors: { ...cors, credentials: true } })).toEqual([`SPW3008 routes.all.cors.${key}[0]`]);
  });
});
