/** One of several, at random. */
export function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)];
}

/** A whole number from 0 up to `below`. */
export function upTo(below: number): number {
  return Math.floor(Math.random() * below);
}
