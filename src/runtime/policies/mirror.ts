import type { Pool } from '../upstream';
import type { Course } from './course';
import type { Policy } from './policy';

/** Has a share of the requests copied to another pool. */
export class MirrorPolicy implements Policy {
  /**
   * @param percent - from 0 to 100
   * @param random - from 0 to 1, as of `Math.random`
   */
  constructor(
    private readonly pool: Pool,
    private readonly percent: number,
    private readonly random: () => number = Math.random,
  ) {}

  onRequest(_request: unknown, course: Course): void {
    if (this.random() * 100 < this.percent) course.mirror = this.pool;
  }
}
