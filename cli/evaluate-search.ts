import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CatalogueProduct } from '../src/catalog/catalogue-product';
import { type Config, readConfig } from '../src/config';
import { readCatalogueFile, type RejectedCatalogueLine } from '../src/imports/catalogue-file';
import { type Judgment, JudgmentLines } from '../src/evaluation/search/judgment-lines';
import { readLines } from '../src/imports/lines';
import { connectPostgres } from '../src/platform/postgres';
import { withTemporaryPostgres } from '../src/local-services/temporary-postgres';
import {
  checkSameInput,
  compareRuns,
  parseStoredRun,
  queryFiguresOf,
  type RunInput,
} from '../src/evaluation/search/compare-runs';
import {
  causeRows,
  classRows,
  evaluateEngine,
  type JudgedQuery,
  type SearchEngine,
  type SearchRow,
} from '../src/evaluation/search/evaluate';
import { freshetEngine } from '../src/evaluation/search/freshet-engine';
import { miniSearchEngine } from '../src/evaluation/search/minisearch-engine';
import { addTrigrams, postgresEngines } from '../src/evaluation/search/postgres-engines';
import { variantKeys, findableProducts, judgedQueries, knownItems } from '../src/evaluation/search/queries';
import { parseEvaluateSearchSettings, type SearchSettings } from './evaluate-search-settings';
import { printSearchEvaluation } from './search-evaluation-report';

export { EVALUATE_SEARCH_USAGE } from './evaluate-search-settings';

/** Maximum number of invalid lines that the error message lists. The others are only counted. */
const MAX_REPORTED_FAULTS = 10;

/**
 * Runs `evaluate-search CATALOGUE`: measures how well the search finds products. The queries come from a file of
 * judgments. Without such a file, they are generated from the titles.
 * @throws UsageError for a wrong command line, Error for files that can't be evaluated
 */
export async function runEvaluateSearch(argv: readonly string[]): Promise<void> {
  const settings = parseEvaluateSearchSettings(argv);
  const config = readConfig();
  const earlier = readEarlierRun(settings);
  const products = await readProducts(settings);
  const input = runInputOf(settings, products);
  if (earlier !== undefined) checkSameInput(earlier, input, earlier.file);
  const queries = await loadQueries(settings, products, config);
  const rows: SearchRow[] = [];
  const missing: string[] = [];
  const run = async (engine: SearchEngine) => {
    const onProgress = (done: number) => printProgress(`${engine.subject}: ${done} of ${queries.length} queries`);
    const results = await evaluateEngine(engine, { queries, variantKeyOf: variantKeys(products), onProgress });
    rows.push(...classRows(engine.subject, results));
    return results;
  };
  const results = await run(await freshetEngine(products, config.shopLanguage));
  const perQuery = queryFiguresOf(results);
  const against = earlier && {
    file: earlier.file,
    ...compareRuns(perQuery, earlier.perQuery, { seed: settings.seed, file: earlier.file }),
  };
  if (settings.peers) missing.push(...(await runPeers(products, config, run)));
  for (const reason of missing) printProgress(`NOT COMPARED: ${reason}`);
  printSearchEvaluation({ input, rows, causes: causeRows(results), perQuery, against, missing }, settings.json);
}

/** Returns the run that `--against` names, and the name of its file. */
function readEarlierRun({ against }: SearchSettings) {
  if (against === undefined) return undefined;
  const file = basename(against);
  return { ...parseStoredRun(readFileSync(against, 'utf8'), file), file };
}

function runInputOf({ catalogue, judgments, seed }: SearchSettings, { length }: readonly CatalogueProduct[]): RunInput {
  const nameOf = (file: string) => (file === '-' ? 'stdin' : basename(file));
  const input = { catalogue: nameOf(catalogue), products: length };
  return judgments === undefined ? { ...input, queries: 'synthetic', seed } : { ...input, queries: nameOf(judgments) };
}

const printProgress = (line: string): void => void process.stderr.write(`${line}\n`);

async function readProducts({ catalogue, format }: SearchSettings): Promise<CatalogueProduct[]> {
  const rejected: RejectedCatalogueLine[] = [];
  const all = await readCatalogueFile(catalogue, format, (line) => rejected.push(line));
  const products = findableProducts(all, Date.now());
  printProgress(
    `${catalogue}: ${products.length} of ${all.length} products are searchable; ${rejected.length} lines rejected`,
  );
  if (products.length > 0) return products;
  const [fault] = rejected;
  const why = fault === undefined ? 'it is empty' : `line ${fault.line}: ${fault.message}`;
  throw new Error(`${catalogue} has no searchable ${format} product (${why})`);
}

async function loadQueries(
  { judgments, seed, queries: maxQueries }: SearchSettings,
  products: readonly CatalogueProduct[],
  { shopLanguage }: Config,
): Promise<readonly JudgedQuery[]> {
  if (judgments === undefined) {
    const generated = knownItems(products, { seed, maxPerClass: maxQueries, language: shopLanguage });
    if (generated.length === 0) throw new Error('no title has a word to search for');
    return generated;
  }
  const { queries, unknownProducts, nothingRelevant } = judgedQueries(products, await readJudgments(judgments));
  if (unknownProducts > 0) printProgress(`SKIPPED ${unknownProducts} judgments: their products are not searchable`);
  if (nothingRelevant > 0)
    printProgress(`SKIPPED ${nothingRelevant} queries: none of their relevant products is searchable`);
  if (queries.length === 0)
    throw new Error(`${judgments} has no judgment that marks a product of the catalogue as relevant`);
  return queries;
}

/** @throws Error that lists the invalid lines, because a result without them would be misleading */
async function readJudgments(file: string): Promise<Judgment[]> {
  const reader = new JudgmentLines();
  const judgments: Judgment[] = [];
  const faults: string[] = [];
  for await (const texts of readLines(file)) {
    for (const text of texts) {
      const line = reader.read(text);
      if (line === undefined) continue;
      if ('message' in line) faults.push(`${file}, line ${line.line}: ${line.message}`);
      else judgments.push(line);
    }
  }
  if (faults.length > MAX_REPORTED_FAULTS)
    faults.splice(MAX_REPORTED_FAULTS, Infinity, `… and ${faults.length - MAX_REPORTED_FAULTS} more lines`);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return judgments;
}

/** Measures other search engines. @returns the engines that could not be run, each with the reason */
async function runPeers(
  products: readonly CatalogueProduct[],
  { databaseUrl, shopLanguage }: Config,
  run: (engine: SearchEngine) => Promise<unknown>,
): Promise<string[]> {
  const missing: string[] = [];
  const miniSearch = await miniSearchEngine(products);
  if (miniSearch === undefined) missing.push('minisearch: the package is not installed (npm install --include=dev)');
  else await run(miniSearch);
  const runPostgres = async (url: string, isTemporary: boolean) => {
    const pool = connectPostgres(url, 'public', { max: 1 });
    try {
      if (isTemporary) await addTrigrams(pool);
      const postgres = await postgresEngines(pool, products, shopLanguage);
      for (const engine of postgres.engines) await run(engine);
      missing.push(...postgres.unavailable);
    } finally {
      await pool.end();
    }
  };
  try {
    if (databaseUrl !== undefined) await runPostgres(databaseUrl, false);
    else await withTemporaryPostgres((url) => runPostgres(url, true));
  } catch (error) {
    missing.push(`postgresql: ${(error as Error).message}`);
  }
  return missing;
}
