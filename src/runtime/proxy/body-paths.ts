import type { ResponseHead } from '../http';
import type { Course } from '../policies';
import type { TimerWheel } from '../timers';
import type { BodyPath, BodyPathUser } from './body-path';
import { ThrottledBody } from './throttled-body';
import { TransformedBody } from './transformed-body';

const NOTHING = Buffer.alloc(0);

/**
 * What the body of a response goes through by a course; `undefined` for nothing.
 * @param from - the head of the response whose body is transformed; `undefined` where it is not
 */
export function bodyPath(
  wheel: TimerWheel,
  { bodyRate, transform }: Course,
  from: ResponseHead | undefined,
  user: BodyPathUser,
): BodyPath | undefined {
  const transformed = from !== undefined && transform !== undefined;
  if (bodyRate === undefined) return transformed ? new TransformedBody(from, transform, user) : undefined;
  if (!transformed) return new ThrottledBody(wheel, bodyRate, user);
  let first: TransformedBody | undefined;
  const second = new ThrottledBody(wheel, bodyRate, {
    onPathOctets: (octets) => user.onPathOctets(octets),
    onPathReady: () => first?.resume(),
    onPathEnd: () => user.onPathEnd(),
    onPathBroken: () => user.onPathBroken(),
  });
  first = new TransformedBody(from, transform, {
    onPathOctets: (octets) => {
      second.push(octets, 0, octets.length, false);
      return false;
    },
    onPathReady: () => user.onPathReady(),
    onPathEnd: () => second.push(NOTHING, 0, 0, true),
    onPathBroken: () => user.onPathBroken(),
  });
  return new Chain(first, second);
}

/** One path behind another. */
class Chain implements BodyPath {
  constructor(
    private readonly first: BodyPath,
    private readonly second: BodyPath,
  ) {}

  get full(): boolean {
    return this.first.full;
  }

  push(bytes: Buffer, start: number, end: number, done: boolean): void {
    this.first.push(bytes, start, end, done);
  }

  /** The second resumes the first once it has nothing left. */
  resume(): void {
    this.second.resume();
  }

  close(): void {
    this.first.close();
    this.second.close();
  }
}
