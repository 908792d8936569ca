import { expect, it } from 'vitest';
import { Configuration } from '../../../src/runtime/configuration';
import { Names, SystemResolver } from '../../../src/runtime/names';
import { statesOf, ToldHealth } from '../../../src/runtime/processes/told-health';
import { Registry } from '../../../src/runtime/telemetry';
import { TimerWheel } from '../../../src/runtime/timers';
import type { Target } from '../../../src/runtime/upstream';
import { simpleApi } from '../support/serve';

const UNHEARD = { changed() {}, failed() {}, forgotten() {} };

/** Two targets, as one process has them. */
function configuration(): Promise<Configuration> {
  const wheel = new TimerWheel();
  const names = new Names(new SystemResolver({ servers: [] }), wheel, UNHEARD);
  const api = simpleApi(['127.0.0.1:1', '127.0.0.1:2']);
  return Configuration.make({ api, wanted: [], registry: new Registry(), names, clock: () => 0 });
}

const down = ({ pool, key }: Target) => ({ pool, key, up: false, since: 5, lastError: 'ECONNREFUSED' });
const ups = ({ targets }: Configuration) => targets.map(({ up }) => up);

it('applies what is told to the targets that it is about', async () => {
  const told = new ToldHealth();
  const one = await configuration();
  told.source(one).start();
  told.change([down(one.targets[0])]);
  expect(ups(one)).toEqual([false, true]);
  expect(statesOf(one.targets)[0]).toEqual(down(one.targets[0]));
  told.change([{ ...down(one.targets[0]), up: true, lastError: undefined }]);
  expect(ups(one)).toEqual([true, true]);
});

it('applies what was told before to a configuration that comes later', async () => {
  const told = new ToldHealth();
  const one = await configuration();
  told.begin([down(one.targets[1])]);
  told.source(one).start();
  expect(ups(one)).toEqual([true, false]);
});

it('applies what was told before to a target that is discovered later, unless it was gone in between', async () => {
  const told = new ToldHealth();
  const one = await configuration();
  const source = told.source(await configuration());
  source.start();
  told.change(one.targets.map(down));
  told.forget([one.targets[0]]);
  const late = told.source(one);
  late.follow({ joined: one.targets, left: [] });
  expect(ups(one)).toEqual([true, false]);
});

it('tells nothing of targets of which nothing is known', async () => {
  const { targets } = await configuration();
  const [target] = targets;
  expect(statesOf([target])).toHaveLength(1);
  Object.assign(target.health, { joining: true });
  expect(statesOf([target])).toEqual([]);
});

it('ignores targets that are not described here', async () => {
  const told = new ToldHealth();
  const one = await configuration();
  told.source(one).start();
  told.change([{ ...down(one.targets[0]), key: 'elsewhere' }]);
  expect(ups(one)).toEqual([true, true]);
});
