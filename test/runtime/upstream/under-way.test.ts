import { expect, it } from 'vitest';
import { TimerWheel } from '../../../src/runtime/timers';
import { UnderWay } from '../../../src/runtime/upstream';

/** What is under way to a target that may take a second once it drains. */
function start() {
  let now = 0;
  const wheel = new TimerWheel(() => now);
  const underWay = new UnderWay(wheel, 1_000);
  const cut: string[] = [];
  const leg = (name: string) => {
    const one = {
      cut: () => {
        cut.push(name);
        underWay.delete(one);
      },
    };
    underWay.add(one);
    return one;
  };
  const pass = (milliseconds: number) => {
    for (const end = now + milliseconds; now < end; ) {
      now += 10;
      wheel.advance();
    }
  };
  return { underWay, leg, cut, pass };
}

it('cuts what has not come to its end in time, and nothing else', () => {
  const { underWay, leg, cut, pass } = start();
  leg('slow');
  const quick = leg('quick');
  pass(5_000);
  underWay.drain();
  pass(500);
  underWay.delete(quick);
  pass(490);
  expect(cut).toEqual([]);
  pass(20);
  expect(cut).toEqual(['slow']);
});

it('goes on counting where it is told again', () => {
  const { underWay, leg, cut, pass } = start();
  leg('slow');
  underWay.drain();
  pass(600);
  underWay.drain();
  pass(410);
  expect(cut).toEqual(['slow']);
});

it('cuts nothing once the target gets requests again', () => {
  const { underWay, leg, cut, pass } = start();
  leg('slow');
  underWay.drain();
  pass(500);
  underWay.resume();
  pass(5_000);
  expect(cut).toEqual([]);
  underWay.drain();
  pass(1_010);
  expect(cut).toEqual(['slow']);
});

it('does not cut what has ended because something else was cut', () => {
  const { underWay, leg, cut, pass } = start();
  const second = { cut: () => void cut.push('second') };
  const first = {
    cut: () => {
      cut.push('first');
      underWay.delete(second);
    },
  };
  underWay.add(first);
  underWay.add(second);
  leg('third');
  underWay.drain();
  pass(1_010);
  expect(cut).toEqual(['first', 'third']);
});
