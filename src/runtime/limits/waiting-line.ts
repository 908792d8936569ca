import type { PriorityClass } from '../../model';
import type { Waiter } from '../upstream';

/** How the classes go: the lower number first. */
export const RANK: Readonly<Record<PriorityClass, number>> = { critical: 0, normal: 1, sheddable: 2 };

interface Place {
  readonly waiter: Waiter;
  readonly since: number;
  before: Place | undefined;
  behind: Place | undefined;
}

/** Those of one class, oldest first: a list whose members may leave from anywhere. */
class Row {
  oldest: Place | undefined;
  youngest: Place | undefined;
  length = 0;

  add(place: Place): void {
    place.before = this.youngest;
    if (this.youngest === undefined) this.oldest = place;
    else this.youngest.behind = place;
    this.youngest = place;
    this.length += 1;
  }

  remove({ before, behind }: Place): void {
    if (before === undefined) this.oldest = behind;
    else before.behind = behind;
    if (behind === undefined) this.youngest = before;
    else behind.before = before;
    this.length -= 1;
  }
}

/** Requests that wait, in the order in which they go: by class, and by age within a class. */
export class WaitingLine {
  private readonly rows: readonly Row[] = [new Row(), new Row(), new Row()];
  private readonly places = new Map<Waiter, Place>();

  get length(): number {
    return this.places.size;
  }

  /** How many wait that go before one of this class who comes now. */
  ahead(rank: number): number {
    let count = 0;
    for (let i = 0; i <= rank; i++) count += this.rows[i].length;
    return count;
  }

  /** Whose turn it is. */
  get first(): Waiter | undefined {
    for (const { oldest } of this.rows) if (oldest !== undefined) return oldest.waiter;
    return undefined;
  }

  /** Who goes last: the youngest of the lowest class. */
  get last(): Waiter | undefined {
    for (let i = this.rows.length - 1; i >= 0; i--) {
      const { youngest } = this.rows[i];
      if (youngest !== undefined) return youngest.waiter;
    }
    return undefined;
  }

  /** Who has waited longest, and since when; `undefined` where nobody waits. */
  get oldest(): { readonly waiter: Waiter; readonly since: number } | undefined {
    let found: Place | undefined;
    for (const { oldest } of this.rows)
      if (oldest !== undefined && (found === undefined || oldest.since < found.since)) found = oldest;
    return found;
  }

  add(waiter: Waiter, now: number): void {
    const place: Place = { waiter, since: now, before: undefined, behind: undefined };
    this.places.set(waiter, place);
    this.rows[RANK[waiter.priority]].add(place);
  }

  /** @returns whether it was there */
  remove(waiter: Waiter): boolean {
    const place = this.places.get(waiter);
    if (place === undefined) return false;
    this.places.delete(waiter);
    this.rows[RANK[waiter.priority]].remove(place);
    return true;
  }
}
