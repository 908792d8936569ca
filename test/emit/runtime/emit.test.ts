import { expect, it } from 'vitest';
import { emitRuntime } from '../../../src/emit/runtime';
import { parseApi, validate } from '../../../src/model';

const description = {
  version: 1,
  name: 'shop',
  listeners: { web: { port: 80 } },
  pools: {},
  routes: { all: { fallback: { text: '%n $HOME ${NAME}' } } },
};

it('gives the model as it was described, which reads back as the same API', () => {
  const [model] = emitRuntime(parseApi(description), description);
  expect(model.path).toBe('shop.json');
  expect(validate(JSON.parse(model.content.join(''))).api).toEqual(parseApi(description));
});

it('has a unit that checks a new model before it is loaded, and into which no text of the user comes', () => {
  const unit = emitRuntime(parseApi(description), description)[1].content.join('');
  expect(
    unit.indexOf('ExecReload=/usr/bin/env node /opt/spillway/spillway.js check /etc/spillway/shop.json'),
  ).toBeGreaterThan(0);
  expect(unit).not.toContain('%n');
});
