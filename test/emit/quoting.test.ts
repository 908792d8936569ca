import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeRegex } from '../../src/emit/expressions';
import { parseApi } from '../../src/model';
import { check, configuration, ENGINES, isInstalled, start } from '../support/engines';
import { freePorts } from '../support/processes';
import { ask } from '../support/targets';

/** What some grammar on the way takes for more than a character. */
const SPECIAL = [
  ...'"\'`\\$%#;{}[]()<>|&*?!~^=+-.,:@/ \t',
  '${HOME}',
  '$host',
  '%[src]',
  '%%',
  '\\n',
  '\\"',
  '};',
  '} if {',
  '||',
  '--',
  '-f',
  '{ always_true }',
  'if',
  'default',
  'volatile',
];
const letters = [...'aZ09'];

const visible = fc.string({ unit: fc.constantFrom(...SPECIAL, ...letters), maxLength: 20 });
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom(...SPECIAL, ...letters, '\n', '\r', '\u0001', '\u007f', 'é', '€', '😀'), fc.string()),
  maxLength: 20,
});
const body = anyText.map((text) => text.replaceAll('\0', ''));
const path = fc
  .string({ unit: fc.constantFrom(..."aZ09-_~!$&'()+,;=:@/", '%41', 'x.y'), maxLength: 12 })
  .map((text) => text.replace(/^\/+/, ''));

const hostile = fc.record({
  body,
  path,
  value: visible.filter((text) => text.trim() !== ''),
  condition: visible.map((text) => text.trim() || 'x'),
});

const NAMES = { haproxy: "X-O!#$%&'*+.^_`|~", nginx: 'X-Odd' };

describe.each(ENGINES.filter(isInstalled))('%s', (name) => {
  it('says exactly what was described, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 30, maxLength: 30 }), async (cases) => {
        const [port] = (await freePorts(1)) as [number];
        const routes = cases.map((item, i) => [
          `r${i}`,
          {
            path: `/r${i}/${item.path}`,
            fallback: { status: 200, text: item.body, headers: { [`${NAMES.haproxy}-${i}`]: item.value } },
          },
        ]);
        const conditions = cases.map((item, i) => [
          `c${i}`,
          {
            path: `/c${i}`,
            headers: [{ name: NAMES[name], value: item.condition }],
            query: [{ name: parameter(item.condition), value: item.body }],
            fallback: { status: 200, json: item.body },
          },
        ]);
        const expressions = cases.map((item, i) => [
          `e${i}`,
          {
            path: `~^/x${i}$|^/${escapeRegex(item.condition).replaceAll('\t', '\\t')}z$`,
            fallback: { status: 200, json: i },
          },
        ]);
        const api = parseApi({
          version: 1,
          name: 'hostile',
          listeners: { web: { address: '127.0.0.1', port } },
          pools: {},
          routes: Object.fromEntries([...routes, ...conditions, ...expressions]),
        });
        expect(check(name, configuration(name, api))).toBe('');
        const engine = await start(name, api);
        try {
          for (const [i, item] of cases.entries()) {
            const answer = await ask({ port, path: `/r${i}/${item.path}` });
            expect(answer).toMatchObject({ status: 200, body: item.body });
            expect(answer.headers[`${NAMES.haproxy}-${i}`.toLowerCase()]).toBe(item.value.trim());

            const query = parameter(item.condition);
            const search = `${encodeURIComponent(query)}=${encodeURIComponent(item.body)}`;
            const headers = { [NAMES[name]]: item.condition };
            const matched = await ask({ port, path: `/c${i}?${search}`, headers });
            expect(matched).toMatchObject({ status: 200, body: JSON.stringify(item.body) });
            const other = await ask({ port, path: `/c${i}?${search}`, headers: { [NAMES[name]]: 'other' } });
            expect(other.status).toBe(404);

            expect(await ask({ port, path: `/x${i}` })).toMatchObject({ status: 200, body: `${i}` });
          }
        } finally {
          await engine.stop();
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

/** A parameter's name has no control characters. */
function parameter(text: string): string {
  return `q${text.replaceAll('\t', '')}`;
}
