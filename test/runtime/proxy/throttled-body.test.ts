import { expect, it } from 'vitest';
import { ThrottledBody } from '../../../src/runtime/proxy/throttled-body';
import { TimerWheel } from '../../../src/runtime/timers';

/** A body that hands on 1,000 octets a second, a clock to turn, and what comes out of it. */
function start() {
  let now = 0;
  const wheel = new TimerWheel(() => now);
  const out: string[] = [];
  const user = { flows: true };
  const body = new ThrottledBody(wheel, 1_000, {
    onPathOctets: (octets) => {
      out.push(octets.toString());
      return user.flows;
    },
    onPathReady: () => out.push('ready'),
    onPathEnd: () => out.push('end'),
    onPathBroken: () => out.push('broken'),
  });
  const push = (text: string, done: boolean) => body.push(Buffer.from(text), 0, text.length, done);
  const turn = (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      now += 10;
      wheel.advance();
    }
  };
  return { body, out, push, turn, user };
}

it('hands on a tenth of its rate each tenth of a second, and all of it in order', () => {
  const { body, out, push, turn } = start();
  push('a'.repeat(150), false);
  expect(body.full).toBe(true);
  turn(100);
  expect(out).toEqual(['a'.repeat(100)]);
  turn(100);
  expect(out.slice(1)).toEqual(['a'.repeat(50), 'ready']);
  expect(body.full).toBe(false);
});

it('ends once all has been handed on', () => {
  const { out, push, turn } = start();
  push('whole', true);
  turn(200);
  expect(out).toEqual(['whole', 'end']);
});

it('waits for a client that takes no more', () => {
  const { body, out, push, turn, user } = start();
  user.flows = false;
  push('a'.repeat(200), true);
  turn(1_000);
  expect(out).toHaveLength(1);
  user.flows = true;
  body.resume();
  turn(200);
  expect(out).toEqual(['a'.repeat(100), 'a'.repeat(100), 'end']);
});

it('hands on nothing once it is closed', () => {
  const { body, out, push, turn } = start();
  push('whole', true);
  body.close();
  turn(1_000);
  expect(out).toEqual([]);
});
