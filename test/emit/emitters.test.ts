import { describe, expect, it } from 'vitest';
import { emitHaproxy, HAPROXY_SUPPORT } from '../../src/emit/haproxy';
import { emitNginx, NGINX_SUPPORT } from '../../src/emit/nginx';
import { type Api, type ApiDescription, isRef, parseApi, plainText, Ref, type Text } from '../../src/model';
import { checkSupport } from '../../src/passes';

const EMITTERS = [
  { name: 'haproxy', emit: (api: Api) => emitHaproxy(api), support: HAPROXY_SUPPORT },
  { name: 'nginx', emit: (api: Api) => emitNginx(api), support: NGINX_SUPPORT },
];

function description(change: Record<string, unknown> = {}, targets: unknown[] = [{ address: '127.0.0.1:8081' }]) {
  return {
    version: 1,
    name: 'shop',
    listeners: { web: { port: 8080 } },
    pools: { live: { targets }, standby: { targets: [{ address: '127.0.0.1:8082' }] } },
    routes: { all: { tiers: ['live', 'standby'], ...change } },
  } as ApiDescription;
}

function text(content: Text | undefined): string {
  return plainText(content ?? []) as string;
}

describe.each(EMITTERS)('$name', ({ emit, support }) => {
  const problems = (change: Record<string, unknown>, targets?: unknown[]) => {
    const found = description(change, targets);
    return checkSupport(found, parseApi(found), support).filter(({ severity }) => severity === 'error');
  };

  it('makes the same bytes of the same model', () => {
    const api = () => parseApi(description());
    expect(emit(api())).toEqual(emit(api()));
  });

  it('ends the file with one line end and has no trailing spaces', () => {
    const made = text(emit(parseApi(description()))[0]?.content);
    expect(made).toMatch(/[^\n]\n$/);
    expect(made).not.toMatch(/[ \t]\n/);
  });

  it('changes one line for one weight', () => {
    const made = (weight: number) =>
      text(emit(parseApi(description({}, [{ address: '127.0.0.1:8081', weight }])))[0]?.content).split('\n');
    const [two, three] = [made(2), made(3)];
    expect(three.filter((line, index) => line !== two[index])).toHaveLength(1);
    expect(three).toHaveLength(two.length);
  });

  it('passes a host on that is known only at deployment, as a part of its own', () => {
    const host = new Ref('${aws_instance.a.private_ip}');
    const content = emit(parseApi(description({}, [{ address: host, port: 8081 }])))[0]?.content ?? [];
    const index = content.indexOf(host);
    expect(content.filter(isRef)).toEqual([host]);
    expect(content[index + 1]).toMatch(/^:8081/);
  });

  it('refuses what it cannot write, and accepts what it can', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ rateLimit: { requests: 1 } })).toMatchObject([
      { code: 'SPW4001', path: ['routes', 'all', 'rateLimit'] },
    ]);
    expect(problems({ retry: { on: ['connectFailure', 'reset', 418] } })).toMatchObject([{ code: 'SPW4002' }]);
  });

  it.each([
    '~(?P<name>x)',
    '~\\pN',
    '~(a)(b)\\12',
    '~[[.a.]]',
    '~a{,2}',
    '~\\Qa\\E',
    '~(?U)a+',
    '~(?iU)a',
    '~\\x{61}',
    '~é',
    '~\\v',
  ])('refuses the expression %s, which PCRE reads differently', (path) => {
    expect(problems({ path })).toMatchObject([{ code: 'SPW4002', path: ['routes', 'all', 'path'] }]);
  });

  it.each(['~^/v[0-9]+/', '~(?i)abc', '~(?s)a.b', '~\\bword\\b', '~[[:alpha:]]', '~\\d{2,}'])(
    'accepts the expression %s',
    (path) => {
      expect(problems({ path })).toEqual([]);
    },
  );

  it('explains in one clause whatever it does not do natively', () => {
    for (const entry of Object.values(support.table)) {
      const why = 'why' in entry ? entry.why : 'how' in entry ? entry.how : 'x';
      expect(why).toMatch(/[^.]$/);
    }
  });
});

it('keeps what Nginx gives a meaning of its own away from it', () => {
  const fallback = (change: Record<string, unknown>) => ({ fallback: { text: 'x', ...change } });
  const codes = (change: Record<string, unknown>) => {
    const found = description(change);
    return checkSupport(found, parseApi(found), NGINX_SUPPORT)
      .filter(({ severity }) => severity === 'error')
      .map(({ code }) => code);
  };
  expect(codes(fallback({ status: 444 }))).toEqual(['SPW4002']);
  expect(codes(fallback({ status: 302 }))).toEqual(['SPW4002']);
  expect(codes(fallback({ headers: { 'X-Empty': '' } }))).toEqual(['SPW4002']);
  expect(codes({ headers: [{ name: 'x!y', value: '1' }] })).toEqual(['SPW4002']);
  expect(codes({ headers: [{ name: 'x', value: '' }] })).toEqual(['SPW4002']);
  expect(codes({ retry: { on: ['connectFailure'] } })).toEqual(['SPW4002']);
});
