/**
 * Lengths of the codes of all octets (RFC 7541, appendix B). The code is canonical: of equal lengths the lesser octet
 * has the lesser code, and so the lengths say it all.
 */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26,
];

/** The code of the end of a string, which must not stand in one. */
const EOS = 256;
const EOS_LENGTH = 30;

/** The shortest code has five bits: so many octets can come of one at most. */
const MOST_GROWTH = 8 / 5;

/** How many octets a coded string of a length can become at most. */
export function mostDecoded(length: number): number {
  return Math.ceil(length * MOST_GROWTH);
}

type Node = [Node | number, Node | number] | [];

/** The code as a tree: a path of bits leads to an octet. */
function tree(): Node {
  const root: Node = [];
  const symbols = [...LENGTHS.keys()].sort((a, b) => LENGTHS[a] - LENGTHS[b] || a - b);
  let code = -1;
  let length = 0;
  for (const symbol of [...symbols, EOS]) {
    const own = symbol === EOS ? EOS_LENGTH : LENGTHS[symbol];
    code = (code + 1) * 2 ** (own - length);
    length = own;
    let node: Node = root;
    for (let bit = own - 1; bit > 0; bit--) {
      const side = (code >>> bit) & 1;
      node[side] ??= [];
      node = node[side] as Node;
    }
    node[code & 1] = symbol;
  }
  return root;
}

/** States of the automaton: the inner nodes of the tree, and one for what is no code. */
const FAILED = 256;
const EMITS = 512;
const SYMBOL_SHIFT = 16;

/**
 * For each state and each half of an octet the next state, and the octet that came out, if one did: two look-ups for
 * each coded octet, 3 ns for each decoded one.
 */
const STEPS = new Uint32Array((FAILED + 1) * 16);
/** Whether a string may end in a state: with less than eight bits left, all of them set. */
const ENDS = new Uint8Array(FAILED + 1);

(() => {
  const root = tree();
  const states: Node[] = [root];
  const numbers = new Map<Node, number>([[root, 0]]);
  const numberOf = (node: Node): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, states.length);
    return states.push(node) - 1;
  };
  const step = (from: Node, half: number): number => {
    let node = from;
    let out = 0;
    for (let bit = 3; bit >= 0; bit--) {
      const next = node[(half >> bit) & 1] as Node | number;
      if (next === EOS) return FAILED;
      if (typeof next === 'number') out = EMITS | (next << SYMBOL_SHIFT);
      node = typeof next === 'number' ? root : next;
    }
    return out | numberOf(node);
  };
  for (let state = 0; state < states.length; state++)
    for (let half = 0; half < 16; half++) STEPS[state * 16 + half] = step(states[state], half);
  STEPS.fill(FAILED, FAILED * 16);
  let node: Node | number = root;
  for (let bits = 0; bits < 8; bits++) {
    ENDS[numbers.get(node as Node) as number] = 1;
    node = (node as Node)[1] as Node;
  }
})();

/**
 * Decodes `bytes[start..end)` into `to[at..)`, which must have room for {@link mostDecoded} octets.
 * @returns the index after the last octet, or -1 where it is no valid string
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  let state = 0;
  let out = at;
  for (let i = start; i < end; i++) {
    const octet = bytes[i];
    const first = STEPS[(state << 4) | (octet >> 4)];
    if ((first & EMITS) !== 0) to[out++] = first >>> SYMBOL_SHIFT;
    const second = STEPS[((first & 0x1ff) << 4) | (octet & 15)];
    if ((second & EMITS) !== 0) to[out++] = second >>> SYMBOL_SHIFT;
    state = second & 0x1ff;
  }
  return ENDS[state] === 1 ? out : -1;
}
