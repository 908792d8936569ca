import { Timer, type TimerWheel } from '../timers';
import type { BodyPath, BodyPathUser } from './body-path';

/** From one piece of the body to the next, in milliseconds. */
const PIECE_MS = 100;

/** Hands on so much of a body each second, as a target with a bad network would. */
export class ThrottledBody implements BodyPath {
  private rest: Buffer = Buffer.alloc(0);
  private done = false;
  private blocked = false;
  private readonly timer: Timer;
  private readonly piece: number;

  /** @param rate - octets a second */
  constructor(
    wheel: TimerWheel,
    rate: number,
    private readonly user: BodyPathUser,
  ) {
    this.piece = Math.max(1, Math.round((rate * PIECE_MS) / 1_000));
    this.timer = new Timer(wheel, () => this.next());
  }

  get full(): boolean {
    return this.rest.length > 0;
  }

  push(bytes: Buffer, start: number, end: number, done: boolean): void {
    this.done = done;
    this.rest = Buffer.concat([this.rest, bytes.subarray(start, end)]);
    this.timer.set(PIECE_MS);
  }

  resume(): void {
    if (!this.blocked) return;
    this.blocked = false;
    this.timer.set(PIECE_MS);
  }

  close(): void {
    this.timer.clear();
  }

  private next(): void {
    const piece = this.rest.subarray(0, this.piece);
    this.rest = this.rest.subarray(this.piece);
    this.blocked = piece.length > 0 && !this.user.onPathOctets(piece);
    if (this.blocked) return;
    if (this.rest.length > 0) this.timer.set(PIECE_MS);
    else if (this.done) this.user.onPathEnd();
    else this.user.onPathReady();
  }
}
