import { expect, it } from 'vitest';
import { Configuration } from '../../../src/runtime/configuration';
import { stateOf, ToldHealth } from '../../../src/runtime/processes/told-health';
import { Registry } from '../../../src/runtime/telemetry';
import { simpleApi } from '../support/serve';

const api = simpleApi(['127.0.0.1:1', '127.0.0.1:2']);
const configuration = (before?: Configuration) => new Configuration(api, new Registry(), 0, before);
const down = (key: string) => ({ key, up: false, since: 5, lastError: 'ECONNREFUSED' });

it('applies what is told to the targets that it is about', () => {
  const told = new ToldHealth();
  const one = configuration();
  told.source(one).start();
  told.change([down(one.targets[0].key)]);
  expect(one.targets.map(({ up }) => up)).toEqual([false, true]);
  expect(stateOf(one.targets[0])).toEqual(down(one.targets[0].key));
  told.change([{ key: one.targets[0].key, up: true, since: 6, lastError: undefined }]);
  expect(one.targets.map(({ up }) => up)).toEqual([true, true]);
});

it('applies what was told before to a configuration that comes later', () => {
  const told = new ToldHealth();
  const one = configuration();
  told.begin([down(one.targets[1].key)]);
  told.source(one).start();
  expect(one.targets.map(({ up }) => up)).toEqual([true, false]);
});

it('ignores targets that are not described here', () => {
  const told = new ToldHealth();
  told.source(configuration()).start();
  expect(() => told.change([down('elsewhere')])).not.toThrow();
});
