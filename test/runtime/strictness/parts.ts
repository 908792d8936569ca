import { Peer } from '../support/peer';

/** Messages up to this length are sent octet by octet as well. */
const SHORT = 300;

/** Lets the other side of a connection in this process read what was sent. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** Of a long message, only some places are tried. */
const MOST_CUTS = 80;

/** Where a message is worth cutting in two: on both sides of everything that is neither a letter nor a digit. */
export function cutsOf(octets: string): number[] {
  const places = new Set<number>();
  for (const { index } of octets.matchAll(/[^a-zA-Z0-9]/g)) places.add(index).add(index + 1);
  places.delete(0);
  places.delete(octets.length);
  const step = Math.ceil(places.size / MOST_CUTS);
  return [...places].filter((_, i) => i % step === 0 || i >= places.size - 8);
}

/**
 * Sends a message and what follows it over many connections at once: in one piece, in two for each place where it is
 * worth being cut, and octet by octet.
 */
export async function sendInParts(url: string, octets: string, following: string): Promise<Peer[]> {
  const cuts = [octets.length, ...cutsOf(octets)];
  const all = octets + following;
  const whole = await Peer.to(url);
  whole.send(all);
  const inTwo = await Promise.all(cuts.map(() => Peer.to(url)));
  for (const [i, peer] of inTwo.entries()) peer.send(all.slice(0, cuts[i]));
  await turns(3);
  for (const [i, peer] of inTwo.entries()) peer.send(all.slice(cuts[i]));
  if (octets.length > SHORT) return [whole, ...inTwo];
  const slow = await Peer.to(url);
  for (const octet of all) {
    slow.send(octet);
    await turns(1);
  }
  return [whole, ...inTwo, slow];
}
