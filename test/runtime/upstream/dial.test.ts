import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { TimerWheel } from '../../../src/runtime/timers';
import { type Beginning, Dial } from '../../../src/runtime/upstream/dial';

/** A connection that begins as a test says. */
class Candidate {
  closed = false;
  constructor(
    readonly address: string,
    readonly openedAt: number,
    readonly beginning: Beginning,
  ) {}
  close(): void {
    this.closed = true;
  }
}

let now: number;
let wheel: TimerWheel;
let opened: Candidate[];
let told: string[];
let dial: Dial<Candidate>;

beforeEach(() => {
  now = 0;
  opened = [];
  told = [];
  wheel = new TimerWheel(() => now);
});

function start(...addresses: string[]): void {
  const line = {
    open: (address: string, beginning: Beginning) => {
      const candidate = new Candidate(address, now, beginning);
      opened.push(candidate);
      return candidate;
    },
    tried: (address: string, answered: boolean) => void told.push(`${address} ${answered ? 'answered' : 'did not'}`),
  };
  const user = {
    onDialed: ({ address }: Candidate) => void told.push(`dialed ${address}`),
    onDialFailed: (short: boolean) => void told.push(short ? 'short' : 'failed'),
  };
  dial = new Dial<Candidate>(wheel, addresses, line, user);
}

function pass(ms: number): void {
  for (let i = 0; i < ms; i += 10) {
    now += 10;
    wheel.advance();
  }
}

const times = () => opened.map(({ address, openedAt }) => `${address} ${openedAt}`);

it('connects to the first address, and to no other where that answers', () => {
  start('a', 'b');
  pass(100);
  opened[0].beginning.onConnected();
  pass(1_000);
  expect([times(), told]).toEqual([['a 0'], ['a answered', 'dialed a']]);
  expect(opened[0].closed).toBe(false);
});

it('tries the next one beside a silent one after 250 ms', () => {
  start('a', 'b', 'c');
  pass(1_000);
  expect(times()).toEqual(['a 0', 'b 250', 'c 500']);
  expect(opened.map(({ closed }) => closed)).toEqual([false, false, false]);
});

it('tries the next one at once where one fails, and gives that its head start', () => {
  start('a', 'b', 'c');
  pass(100);
  opened[0].beginning.onConnectFailed('ECONNREFUSED');
  pass(300);
  expect(times()).toEqual(['a 0', 'b 100', 'c 350']);
});

it('tries no more than there are, where the last is tried early', () => {
  start('a', 'b');
  opened[0].beginning.onConnectFailed('ECONNREFUSED');
  pass(1_000);
  expect(times()).toEqual(['a 0', 'b 0']);
});

it('takes the first that answers, closes the others, and says who was slow', () => {
  start('a', 'b', 'c');
  pass(300);
  opened[1].beginning.onConnected();
  pass(1_000);
  expect(opened.map(({ address, closed }) => [address, closed])).toEqual([
    ['a', true],
    ['b', false],
  ]);
  expect(told).toEqual(['b answered', 'a did not', 'dialed b']);
});

it('takes an early one that answers late', () => {
  start('a', 'b');
  pass(300);
  opened[0].beginning.onConnected();
  expect(told).toEqual(['a answered', 'b did not', 'dialed a']);
  expect(opened[1].closed).toBe(true);
});

it('fails once the last has failed', () => {
  start('a', 'b');
  pass(250);
  opened[0].beginning.onConnectFailed('ECONNREFUSED');
  expect(told).toEqual(['a did not']);
  opened[1].beginning.onConnectFailed('EHOSTUNREACH');
  expect(told).toEqual(['a did not', 'b did not', 'failed']);
});

it('says nothing of addresses that it could not ask for want of something here', () => {
  start('a', 'b');
  opened[0].beginning.onConnectFailed('EMFILE');
  opened[1].beginning.onConnectFailed('EADDRNOTAVAIL');
  expect(told).toEqual(['short']);
});

it('fails as usual where only one of its addresses could not be asked', () => {
  start('a', 'b');
  opened[0].beginning.onConnectFailed('EMFILE');
  opened[1].beginning.onConnectFailed('ECONNREFUSED');
  expect(told).toEqual(['b did not', 'failed']);
});

it('fails without an address, but not before its user is ready for that', async () => {
  start();
  expect(told).toEqual([]);
  await new Promise(setImmediate);
  expect(told).toEqual(['failed']);
});

it('closes all and tells its user nothing once it is given up', async () => {
  start('a', 'b', 'c');
  pass(250);
  dial.cancel();
  pass(1_000);
  expect(opened.map(({ address, closed }) => [address, closed])).toEqual([
    ['a', true],
    ['b', true],
  ]);
  expect(told).toEqual(['a did not', 'b did not']);
  told.length = 0;
  start();
  dial.cancel();
  await new Promise(setImmediate);
  expect(told).toEqual([]);
});

it('ends once: with one open connection, or with none', () => {
  const events = fc.array(fc.tuple(fc.nat(300), fc.nat(4), fc.boolean()), { maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), events, (count, list) => {
      [opened, told, wheel] = [[], [], new TimerWheel(() => now)];
      start(...['a', 'b', 'c', 'd', 'e'].slice(0, count));
      const begun = new Set<Candidate>();
      for (const [ms, index, answers] of list) {
        pass(ms);
        const candidate = opened[index % opened.length];
        if (begun.has(candidate) || candidate.closed) continue;
        begun.add(candidate);
        // A connection that failed has closed itself.
        candidate.closed = !answers;
        if (answers) candidate.beginning.onConnected();
        else candidate.beginning.onConnectFailed('ECONNREFUSED');
      }
      const ends = told.filter((text) => text.startsWith('dialed') || text === 'failed');
      const open = opened.filter(({ closed }) => !closed).map(({ address }) => `dialed ${address}`);
      expect(new Set(opened.map(({ address }) => address)).size).toBe(opened.length);
      if (ends.length === 0) expect(open.length).toBeGreaterThan(0);
      else expect(ends).toEqual(ends[0] === 'failed' ? ['failed'] : open);
      if (ends[0] === 'failed') expect([open, opened.length]).toEqual([[], count]);
    }),
  );
});
