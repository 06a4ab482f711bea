export interface ComparedFigure {
  readonly name: string;
  readonly value: unknown;
  /** Figures to compare with, by name: `popularity`, `incumbent`, `worse with probability` … */
  readonly rivals: readonly (readonly [string, unknown])[];
}

/**
 * Groups figures with the figures they are compared with: `NDCG@10 new popularity` belongs to `NDCG@10 new`. A figure
 * whose name begins like another one but has no space after it (`NDCG@10 basket, customer known`) is a separate figure.
 */
export function groupFigures(figures: Readonly<Record<string, unknown>>): {
  compared: ComparedFigure[];
  others: (readonly [string, unknown])[];
} {
  const names = Object.keys(figures).sort();
  /** Returns the longest other name that, followed by a space, begins this name. */
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
