export interface Compared {
  readonly name: string;
  readonly value: unknown;
  /** By the rival's name: `popularity`, `incumbent`, `worse with probability` … */
  readonly rivals: readonly (readonly [string, unknown])[];
}

/**
 * Figures that stand beside a rival's: of `NDCG@10 new` and `NDCG@10 new popularity` the second is the first one's rival.
 * A figure that merely begins like another one (`NDCG@10 basket, customer known`) is one of its own.
 */
export function comparedFigures(figures: Readonly<Record<string, unknown>>): {
  compared: Compared[];
  others: (readonly [string, unknown])[];
} {
  const names = Object.keys(figures).sort();
  /** The longest other name that it continues, after a space. */
  const ownerOf = (name: string) =>
    names.filter((other) => name.startsWith(`${other} `)).sort((a, b) => b.length - a.length)[0];
  const owners = new Set(names.map(ownerOf));
  return {
    compared: names
      .filter((name) => ownerOf(name) === undefined && owners.has(name))
      .map((name) => ({
        name,
        value: figures[name],
        rivals: names
          .filter((rival) => ownerOf(rival) === name)
          .map((rival) => [rival.slice(name.length + 1), figures[rival]] as const),
      })),
    others: names
      .filter((name) => ownerOf(name) === undefined && !owners.has(name))
      .map((name) => [name, figures[name]] as const),
  };
}
