/** The distance by definition: shortest path over edits, where a transposition may enclose insertions and deletions. */
export function damerauLevenshtein(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(Infinity));
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        table[i][j] = i + j;
        continue;
      }
      let best = Math.min(
        table[i - 1][j] + 1,
        table[i][j - 1] + 1,
        table[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      for (let k = 1; k < i; k++) {
        for (let l = 1; l < j; l++) {
          if (a[k - 1] !== b[j - 1] || a[i - 1] !== b[l - 1]) continue;
          best = Math.min(best, table[k - 1][l - 1] + (i - k - 1) + 1 + (j - l - 1));
        }
      }
      table[i][j] = best;
    }
  }
  return table[a.length][b.length];
}
