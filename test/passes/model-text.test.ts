import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ref } from '../../src/model';
import { modelText } from '../../src/passes';

it('is the JSON that everybody knows, where nothing is deferred', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(modelText(value).join('')).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
    }),
  );
});

it('keeps a deferred value as a part of its own, inside the quotes', () => {
  const host = new Ref('${token}');
  expect(modelText({ a: [{ address: host, port: 80 }] })).toEqual([
    '{\n  "a": [\n    {\n      "address": "',
    host,
    '",\n      "port": 80\n    }\n  ]\n}\n',
  ]);
});
