/** The least part of its weight that a target begins with: with less it would hardly warm up. The figure is Envoy's. */
const LEAST = 0.1;

/**
 * What a target takes of its weight after it has come up: it grows with the time, from a tenth to the whole.
 * @param age - how long it has been up
 * @param whole - after which time it takes its whole share
 */
export function slowStartShare(weight: number, age: number, whole: number): number {
  // A clock that was put back counts as none at all: the target must not be held back for longer than described.
  return age >= whole || age < 0 ? weight : weight * Math.max(LEAST, age / whole);
}
