import { connectPostgres, type Pool } from '../src/platform/postgres';
import { withTemporaryPostgres } from '../src/local-services/temporary-postgres';
import type { Corpus } from './search-corpus';
import { HITS, type Question, searchQuestions } from './search-questions';
import type { PeerAnswers, PeerTask } from './search-peer';
import { timeClasses } from './search-timing';

const BATCH = 2_000;

/** Measures PostgreSQL's full-text search, in a temporary database: unchanged words, no stemming. */
export async function timePostgres(
  corpus: Corpus,
  { classes, questions, count }: Omit<PeerTask, 'size'>,
): Promise<PeerAnswers> {
  return withTemporaryPostgres(async (url) => {
    const pool = connectPostgres(url, 'public', { max: 1 });
    await load(pool, corpus);
    const answers = await timeClasses(searchQuestions(corpus, questions), classes, count, async (question) =>
      ask(
        pool,
        question.typo
          ? { ...question, words: await Promise.all(question.words.map((word) => likeliest(pool, word))) }
          : question,
      ),
    );
    const { rows } = await pool.query<{ bytes: string }>("SELECT pg_total_relation_size('document') AS bytes");
    await pool.end();
    return { answers, bytes: Number(rows[0].bytes) };
  });
}

async function load(pool: Pool, corpus: Corpus): Promise<void> {
  await pool.query(
    'CREATE TABLE document (id integer PRIMARY KEY, section text, vendor text, colour text, price float8, words tsvector)',
  );
  for (let from = 0; from < corpus.size; from += BATCH) {
    const length = Math.min(BATCH, corpus.size - from);
    const batch = Array.from({ length }, (_, i) => corpus.document(from + i));
    await pool.query({
      text: `INSERT INTO document SELECT id, section, vendor, colour, price,
               setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', description), 'D')
             FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::text[])
               AS given(id, section, vendor, colour, price, title, description)`,
      values: [
        batch.map(({ id }) => id),
        batch.map(({ section }) => section),
        batch.map(({ vendor }) => vendor),
        batch.map(({ colour }) => colour),
        batch.map(({ price }) => price),
        batch.map(({ title }) => title.join(' ')),
        batch.map(({ description }) => description.join(' ')),
      ],
    });
  }
  await pool.query('CREATE INDEX ON document USING gin (words)');
  await pool.query('CREATE INDEX ON document (section)');
  await pool.query("CREATE TABLE word AS SELECT word, ndoc FROM ts_stat('SELECT words FROM document')");
  await pool.query('CREATE EXTENSION pg_trgm');
  await pool.query('CREATE INDEX ON word USING gin (word gin_trgm_ops)');
  await pool.query('CREATE INDEX ON word (word)');
  await pool.query('VACUUM ANALYZE');
}

/** Selects the word itself if it exists, otherwise the word with the most trigrams in common. */
async function likeliest(pool: Pool, word: string): Promise<string> {
  const { rows } = await pool.query<{ word: string }>({
    text: `(SELECT word FROM word WHERE word = $1)
           UNION ALL (SELECT word FROM word WHERE word % $1 ORDER BY similarity(word, $1) DESC, ndoc DESC LIMIT 1) LIMIT 1`,
    values: [word],
  });
  return rows[0]?.word ?? word;
}

async function ask(pool: Pool, { words, mode, prefix, maximumPrice, section, facets }: Question): Promise<number> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  let order = 'id';
  if (words.length > 0) {
    const terms = words.map((word, i) => (prefix && i === words.length - 1 ? `${word}:*` : word));
    const query = `${parameter(terms.join(mode === 'AND' ? ' & ' : ' | '))}::tsquery`;
    conditions.push(`words @@ ${query}`);
    order = `ts_rank(words, ${query}) DESC`;
  }
  if (maximumPrice !== undefined) conditions.push(`price <= ${parameter(maximumPrice)}`);
  if (section !== undefined) conditions.push(`section = ${parameter(section)}`);
  const where = `FROM document WHERE ${conditions.join(' AND ')}`;
  const best = `(SELECT array_agg(id) FROM (SELECT id ${where} ORDER BY ${order} LIMIT ${HITS}) best) AS best`;
  const counted = (facet: string) =>
    `(SELECT json_agg(counts) FROM (SELECT ${facet}, count(*) FROM found GROUP BY 1 ORDER BY 2 DESC LIMIT ${HITS}) counts) AS ${facet}`;
  const text = facets
    ? `WITH found AS MATERIALIZED (SELECT section, vendor, colour ${where})
       SELECT (SELECT count(*) FROM found) AS total, ${best}, ${['section', 'vendor', 'colour'].map(counted).join(', ')}`
    : `SELECT (SELECT count(*) ${where}) AS total, ${best}`;
  const { rows } = await pool.query<{ total: string }>({ text, values });
  return Number(rows[0].total);
}
