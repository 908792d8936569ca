import { type PathPattern, readPathPattern } from '../../model';

/** A new path in place of a request's: the same for all, or with what the route's own `/*` matched behind it. */
export class PathMapping {
  /** Octets of a path before what is carried over; `undefined` where nothing is. */
  private readonly matched: number | undefined;
  private readonly path: string;

  /**
   * @param pattern - the route's path
   * @param path - the new one; a final `/*` carries over
   */
  constructor(pattern: string, path: string) {
    const carries = path.endsWith('/*');
    const own: PathPattern = readPathPattern(pattern);
    this.matched = carries && own.kind === 'prefix' ? own.prefix.length : undefined;
    this.path = carries ? path.slice(0, -1) : path;
  }

  /** @param path - of a request that the route has taken, as it was sent */
  map(path: string): string {
    return this.matched === undefined ? this.path : this.path + path.slice(this.matched);
  }
}
