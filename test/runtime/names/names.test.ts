import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AddressAnswers, type Answer, Names, type Resolver, type Service } from '../../../src/runtime/names';
import { TimerWheel } from '../../../src/runtime/timers';

const UNKNOWN: AddressAnswers = { 4: { kind: 'nothing' }, 6: { kind: 'nothing' } };

function found(ttl: number, ...values: string[]): AddressAnswers {
  return { 4: { kind: 'found', values, ttlMs: ttl * 1000 }, 6: { kind: 'nothing' } };
}

function answer(...values: Service[]): Answer<Service> {
  return { kind: 'found', values, ttlMs: undefined };
}

const service = (host: string, port = 80): Service => ({ host, port, priority: 0, weight: 1 });

/** Says at once what a test told it, and notes when it was asked. */
class Script implements Resolver {
  readonly asked: { name: string; at: number }[] = [];
  readonly hosts = new Map<string, AddressAnswers>();
  readonly records = new Map<string, Answer<Service>>();

  async addresses(name: string): Promise<AddressAnswers> {
    this.asked.push({ name, at: now });
    return this.hosts.get(name) ?? UNKNOWN;
  }

  async services(name: string): Promise<Answer<Service>> {
    this.asked.push({ name, at: now });
    return this.records.get(name) ?? { kind: 'nothing' };
  }

  close(): void {}

  /** When a name was asked for, in seconds, since the last time that a test wanted to know. */
  times(name: string): number[] {
    const times = this.asked.filter((one) => one.name === name).map(({ at }) => at / 1000);
    this.asked.length = 0;
    return times;
  }
}

let now: number;
let wheel: TimerWheel;
let script: Script;
let names: Names;
let told: string[];

const settled = () => new Promise(setImmediate);

/** Lets seconds pass. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 10; i++) {
    now += 100;
    wheel.advance();
    await settled();
  }
}

beforeEach(() => {
  now = 0;
  told = [];
  wheel = new TimerWheel(() => now);
  script = new Script();
  const listener = {
    changed: (name: string) => void told.push(`changed ${name}`),
    failed: (name: string) => void told.push(`failed ${name}`),
    forgotten: (name: string) => void told.push(`forgotten ${name}`),
  };
  names = new Names(script, wheel, listener, () => 0);
});

const WEB = { name: 'web.test', kind: 'host' } as const;
const SERVICE = { name: '_web._tcp.test', kind: 'service', mostMs: 10_000 } as const;

it('gives a literal address as it is, and never asks for it', async () => {
  await names.learn([{ name: '10.0.0.1', kind: 'host' }]);
  names.keepOnly([{ name: '10.0.0.1', kind: 'host' }]);
  expect([names.addressesOf('10.0.0.1'), names.addressesOf('::1')]).toEqual([['10.0.0.1'], ['::1']]);
  expect(script.asked).toEqual([]);
});

it('asks again when the TTL is over', async () => {
  script.hosts.set('web.test', found(7, '10.0.0.1'));
  await names.learn([WEB]);
  await pass(30);
  expect(script.times('web.test')).toEqual([0, 7, 14, 21, 28]);
});

it('takes the shorter TTL of the two families', async () => {
  script.hosts.set('web.test', { ...found(9, '10.0.0.1'), 6: { kind: 'found', values: ['::1'], ttlMs: 4_000 } });
  await names.learn([WEB]);
  await pass(9);
  expect(script.times('web.test')).toEqual([0, 4, 8]);
});

it('asks at least as often as is described, by whoever wants it most often', async () => {
  script.hosts.set('web.test', found(60, '10.0.0.1'));
  const wanted = [WEB, { ...WEB, mostMs: 5_000 }, { ...WEB, mostMs: 20_000 }];
  await names.learn(wanted);
  names.keepOnly(wanted);
  await pass(12);
  expect(script.times('web.test')).toEqual([0, 5, 10]);
  names.keepOnly([{ ...WEB, mostMs: 2_000 }]);
  await pass(4);
  expect(script.times('web.test')).toEqual([13, 15]);
});

it('keeps the last addresses where a lookup fails or finds nothing, and asks later and later', async () => {
  script.hosts.set('web.test', found(1, '10.0.0.1'));
  await names.learn([WEB]);
  script.hosts.set('web.test', UNKNOWN);
  await pass(10);
  script.hosts.set('web.test', { 4: { kind: 'failed' }, 6: { kind: 'failed' } });
  await pass(130);
  expect(names.addressesOf('web.test')).toEqual(['10.0.0.1']);
  expect(script.times('web.test')).toEqual([0, 1, 2, 4, 8, 16, 32, 62, 92, 122]);
  expect(told).toEqual(['changed web.test', ...Array(9).fill('failed web.test')]);
  script.hosts.set('web.test', found(1, '10.0.0.9'));
  await pass(14);
  expect(names.addressesOf('web.test')).toEqual(['10.0.0.9']);
  expect(script.times('web.test')).toEqual([152, 153, 154]);
});

it('keeps the addresses of a family that failed, and lets those go that are gone', async () => {
  script.hosts.set('web.test', { ...found(1, '10.0.0.1'), 6: { kind: 'found', values: ['::1'], ttlMs: 1_000 } });
  await names.learn([WEB]);
  script.hosts.set('web.test', { ...found(1, '10.0.0.2'), 6: { kind: 'failed' } });
  await pass(1);
  expect(names.known('web.test')).toEqual(['10.0.0.2', '::1']);
  script.hosts.set('web.test', found(1, '10.0.0.2'));
  await pass(1);
  expect(names.known('web.test')).toEqual(['10.0.0.2']);
});

it('asks again soon, but once a second at most, when no address answers', async () => {
  script.hosts.set('web.test', found(60, '10.0.0.1'));
  await names.learn([WEB]);
  for (let i = 0; i < 25; i++) {
    names.hurry('web.test');
    await pass(0.1);
  }
  expect(script.times('web.test')).toEqual([0, 1, 2]);
  await pass(5);
  expect(script.times('web.test')).toEqual([3]);
});

it('does not hurry while lookups fail', async () => {
  await names.learn([WEB]);
  await pass(3);
  names.hurry('web.test');
  await pass(1.9);
  expect(script.times('web.test')).toEqual([0, 1, 3]);
});

it('asks once however many want to know', async () => {
  await Promise.all([names.learn([WEB, WEB]), names.learn([WEB])]);
  expect(script.times('web.test')).toEqual([0]);
});

it('knows nothing of a name that was never found', async () => {
  await names.learn([WEB]);
  expect([names.addressesOf('web.test'), names.known('web.test')]).toEqual([[], []]);
});

it('asks no more for what nobody needs', async () => {
  script.hosts.set('web.test', found(1, '10.0.0.1'));
  await names.learn([WEB]);
  names.keepOnly([]);
  await pass(5);
  expect(script.times('web.test')).toEqual([0]);
  expect(names.known('web.test')).toEqual([]);
  expect(told).toEqual(['changed web.test', 'forgotten web.test']);
});

it('tells nothing of a name that was forgotten while it was asked for', async () => {
  script.hosts.set('web.test', found(1, '10.0.0.1'));
  const learnt = names.learn([WEB]);
  names.keepOnly([]);
  await learnt;
  await pass(5);
  expect([told, script.times('web.test')]).toEqual([['forgotten web.test'], [0]]);
});

it('asks no more once it is stopped', async () => {
  script.hosts.set('web.test', found(1, '10.0.0.1'));
  await names.learn([WEB]);
  names.stop();
  await pass(5);
  expect(script.times('web.test')).toEqual([0]);
});

describe('a name that takes its time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('does not keep the others waiting for more than two seconds', async () => {
    script.hosts.set('web.test', found(1, '10.0.0.1'));
    const addresses = script.addresses.bind(script);
    script.addresses = (name) => (name === 'slow.test' ? new Promise(() => {}) : addresses(name));
    let done = false;
    names.learn([{ name: 'slow.test', kind: 'host' }, WEB]).then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(1_999);
    expect([done, names.known('web.test')]).toEqual([false, ['10.0.0.1']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toBe(true);
  });
});

describe('a service', () => {
  it('is learnt with the addresses of its hosts, in an order of its own', async () => {
    script.records.set('_web._tcp.test', answer(service('b.test'), service('a.test'), service('b.test')));
    script.hosts.set('a.test', found(60, '10.0.0.1'));
    await names.learn([SERVICE]);
    expect(names.servicesOf('_web._tcp.test')).toEqual([service('a.test'), service('b.test')]);
    expect(names.known('a.test')).toEqual(['10.0.0.1']);
    expect(told).toEqual(['changed a.test', 'failed b.test', 'changed _web._tcp.test']);
  });

  it('is asked for as often as is described', async () => {
    script.records.set('_web._tcp.test', answer(service('a.test')));
    await names.learn([SERVICE]);
    await pass(25);
    expect(script.times('_web._tcp.test')).toEqual([0, 10, 20]);
  });

  it('keeps its records where a lookup finds none', async () => {
    script.records.set('_web._tcp.test', answer(service('a.test')));
    await names.learn([SERVICE]);
    script.records.clear();
    await pass(30);
    expect(names.servicesOf('_web._tcp.test')).toEqual([service('a.test')]);
  });

  it('forgets the hosts that it has no more, unless they are wanted for themselves', async () => {
    script.records.set('_web._tcp.test', answer(service('a.test'), service('web.test')));
    for (const host of ['a.test', 'b.test', 'web.test']) script.hosts.set(host, found(1, '10.0.0.1'));
    await names.learn([SERVICE, WEB]);
    script.records.set('_web._tcp.test', answer(service('b.test')));
    await pass(10);
    expect(['a.test', 'b.test', 'web.test'].map((host) => names.known(host).length)).toEqual([0, 1, 1]);
    names.keepOnly([SERVICE]);
    expect(names.known('web.test')).toEqual([]);
    names.keepOnly([]);
    expect([names.known('b.test'), names.servicesOf('_web._tcp.test')]).toEqual([[], []]);
  });
});
