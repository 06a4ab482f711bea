/** Rows that a measurement counts of a part at most, so that it stays cheap however much there is. */
const MAX_COUNTED = 10_000;

/**
 * SQL: the number of rows that the query returns, at most {@link MAX_COUNTED}. An ORDER BY in it makes PostgreSQL read an
 * index, whose entries of deleted rows are skipped, and not all pages of a table from which many rows were deleted.
 */
export const rowsLeft = (query: string) => `(SELECT count(*) FROM (${query} LIMIT ${MAX_COUNTED}) counted)::int`;

/** SQL: the number of log positions after the position that the query returns, in the statement of `measureBacklog`. */
export const positionsLeft = (query: string) => `greatest(0, log.newest - coalesce((${query}), 0))::float8`;
