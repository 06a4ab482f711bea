import type { SessionTable } from '../../learn/session-table';

/** Returns a function that creates one scorer for the sessions of each shop, because a scorer has scratch memory. */
export function perSessionTable<Scorer extends object>(
  create: (table: SessionTable) => Scorer,
): (table: SessionTable) => Scorer {
  const scorers = new WeakMap<SessionTable, Scorer>();
  return (table) => {
    let scorer = scorers.get(table);
    if (scorer === undefined) scorers.set(table, (scorer = create(table)));
    return scorer;
  };
}
