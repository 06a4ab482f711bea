import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { Pool } from '../../platform/postgres';
import type { SearchEngine } from './evaluate';
import { productTexts } from './product-texts';

const BATCH = 1_000;
const MAX_IDS = 500;

export interface PostgresEngines {
  readonly engines: readonly SearchEngine[];
  /** The engines that are unavailable here, with the reason. */
  readonly unavailable: readonly string[];
}

/** Installs pg_trgm in a database that only the evaluation uses. */
export async function addTrigrams(pool: Pool): Promise<void> {
  await pool.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
}

/**
 * Returns engines that search the products with PostgreSQL: by full text and, if the database has pg_trgm, by full text
 * combined with title similarity. The products are in a temporary table, which is dropped with the connection.
 * @param pool pool of one connection
 * @param language language of texts and queries, BCP 47
 */
export async function postgresEngines(
  pool: Pool,
  products: readonly CatalogueProduct[],
  language: string,
): Promise<PostgresEngines> {
  const { rows } = await pool.query<{ version: number; config: string | null; trigrams: boolean }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version,
       (SELECT cfgname FROM pg_ts_config WHERE cfgname = $1) AS config,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS trigrams`,
    [nameOf(language)],
  );
  const [{ version, config, trigrams }] = rows;
  await load(pool, products, config ?? 'simple');
  const createEngine = (subject: string, sql: string): SearchEngine => ({
    subject,
    search: async (text) => {
      const found = await pool.query<{ id: string }>(sql, [config ?? 'simple', text, MAX_IDS]);
      return { ids: found.rows.map(({ id }) => id) };
    },
  });
  const subject = `postgresql ${version} full text`;
  const engines = [createEngine(subject, FULL_TEXT)];
  if (!trigrams) return { engines, unavailable: [`${subject} + pg_trgm: the database does not have this extension`] };
  await pool.query('CREATE INDEX ON evaluated_product USING gin (title gin_trgm_ops)');
  return { engines: [...engines, createEngine(`${subject} + pg_trgm`, FULL_TEXT_OR_SIMILAR_TITLE)], unavailable: [] };
}

const FULL_TEXT = `
  SELECT id FROM evaluated_product, websearch_to_tsquery($1::regconfig, $2) AS query WHERE words @@ query
  ORDER BY ts_rank_cd(words, query) DESC, id LIMIT $3`;

/** The two scores are added, so a product that has all words and a similar title comes first. */
const FULL_TEXT_OR_SIMILAR_TITLE = `
  SELECT id FROM evaluated_product, websearch_to_tsquery($1::regconfig, $2) AS query WHERE words @@ query OR title % $2
  ORDER BY ts_rank_cd(words, query) + similarity(title, $2) DESC, id LIMIT $3`;

async function load(pool: Pool, products: readonly CatalogueProduct[], config: string): Promise<void> {
  await pool.query('CREATE TEMPORARY TABLE evaluated_product (id text PRIMARY KEY, title text, words tsvector)');
  for (let from = 0; from < products.length; from += BATCH) {
    const texts = products.slice(from, from + BATCH).map(productTexts);
    await pool.query(
      `INSERT INTO evaluated_product
       SELECT id, title, setweight(to_tsvector($1::regconfig, title || ' ' || id), 'A')
         || setweight(to_tsvector($1::regconfig, brand), 'B')
         || setweight(to_tsvector($1::regconfig, categories || ' ' || attributes), 'C')
         || setweight(to_tsvector($1::regconfig, description), 'D')
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         AS given(id, title, brand, categories, attributes, description)`,
      [
        config,
        texts.map(({ id }) => id),
        texts.map(({ title }) => title),
        texts.map(({ brand }) => brand),
        texts.map(({ categories }) => categories),
        texts.map(({ attributes }) => attributes),
        texts.map(({ description }) => description),
      ],
    );
  }
  await pool.query('CREATE INDEX ON evaluated_product USING gin (words)');
  await pool.query('ANALYZE evaluated_product');
}

/** Returns the English name of a language, which is also the name of PostgreSQL's text search configuration for it. */
function nameOf(language: string): string {
  return (new Intl.DisplayNames('en', { type: 'language' }).of(language.split(/[-_]/, 1)[0]) ?? '').toLowerCase();
}
