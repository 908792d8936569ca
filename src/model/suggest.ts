/** The known word that a mistyped one most likely stands for: at most a third of its letters differ. */
export function suggest(found: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(found.length / 3)) + 1;
  for (const word of known) {
    const distance = editDistance(found.toLowerCase(), word.toLowerCase());
    if (distance < least) [best, least] = [word, distance];
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const at = (i: number, j: number) => i * width + j;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) table[at(i, 0)] = i;
  for (let j = 0; j <= b.length; j++) table[at(0, j)] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(table[at(i - 1, j)] + 1, table[at(i, j - 1)] + 1, table[at(i - 1, j - 1)] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, table[at(i - 2, j - 2)] + 1);
      }
      table[at(i, j)] = cost;
    }
  }
  return table[at(a.length, b.length)];
}
