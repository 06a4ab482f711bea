import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { readConfig, type Config } from '../src/config';
import { chooseOwnShop } from '../src/demo/choose-shop';
import { openEventLog } from '../src/events/event-log';
import { DatabaseTarget } from '../src/imports/database-target';
import type { OmittedFacetValues } from '../src/imports/facet-limits';
import { GraphqlTarget } from '../src/imports/graphql-target';
import { importFile, type ImportResult } from '../src/imports/import-file';
import type { ImportTarget, PauseReason } from '../src/imports/import-target';
import type { Platform } from '../src/platform/connect';
import { learnMeanwhile } from '../src/live-state/learner/learn-meanwhile.service';
import { readFileLines } from '../src/imports/lines';
import { FORMATS, IMPORT_KINDS, createLineReader, type Format, type ImportKind } from '../src/imports/formats';
import type { LineReader } from '../src/imports/import-file';
import { defaultRejectsPath, RejectsFile } from '../src/imports/rejects-file';
import { MAX_FACET_VALUE_LENGTH, MAX_FACET_VALUES } from '../src/search/document/attribute-facet-values';
import { SHOP } from '../src/shop';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { timeLeft } from './time-left';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const IMPORT_USAGE = `import ${IMPORT_KINDS.join('|')} FILE [--format ${FORMATS.join('|')}] [--rejects FILE] [--url URL --key KEY] [--json]`;

const PAUSE_TEXTS: Readonly<Record<PauseReason, string>> = {
  'live events': 'waiting: live events have priority',
  outage: 'PostgreSQL does not respond; retrying',
};

const MAX_REFUSED_PRODUCTS = 5;

interface Settings {
  readonly file: string;
  readonly kind: ImportKind;
  readonly format: Format;
  readonly rejects: string | undefined;
  readonly reader: LineReader;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly json: boolean;
}

/** Runs `import`: loads a file, shows its progress, and reports how many lines were imported, unchanged or rejected. */
export async function runImport(argv: readonly string[]): Promise<void> {
  const settings = parseImportSettings(argv);
  const config = readConfig();
  const began = performance.now();
  const { result, rejects } = settings.url
    ? await load(settings, config, new GraphqlTarget(settings.url, requireServerKey(settings, config)), 500)
    : await withShop(config, 'import', (platform) => loadDirectly(settings, config, platform), chooseOwnShop);
  report(settings, result, rejects, (performance.now() - began) / 1000);
}

/** Imports into the database. If no worker is running, this process learns meanwhile. */
async function loadDirectly(settings: Settings, config: Config, platform: Platform): ReturnType<typeof load> {
  const target = new DatabaseTarget(platform, await openEventLog(platform, SHOP));
  const stopLearning = settings.kind === 'products' ? undefined : learnMeanwhile(platform);
  try {
    return await load(settings, config, target);
  } finally {
    await stopLearning?.();
  }
}

async function load(
  { file, kind, format, reader, rejects: rejectsPath }: Settings,
  config: Config,
  target: ImportTarget,
  batchSize?: number,
): Promise<{ result: ImportResult; rejects: string | null }> {
  const rejects = new RejectsFile(rejectsPath ?? defaultRejectsPath(file, config.dataDir));
  const size = file === '-' ? 0 : statSync(file).size;
  const bar = new SingleBar({
    format: `${path.basename(file)} [{bar}] {percentage} % | {lines} lines | {rate}/s | {stage} {left}`,
    stream: process.stderr,
    hideCursor: true,
    noTTYOutput: false,
  });
  let began = performance.now();
  let readBytes = 0;
  let lines = 0;
  let stage = 'reading';
  const total = Math.max(size, 1);
  const showReading = () =>
    bar.update(readBytes, {
      lines: lines.toLocaleString('en'),
      rate: Math.round((lines / (performance.now() - began)) * 1000).toLocaleString('en'),
      left: size > 0 ? timeLeft(performance.now() - began, readBytes / total) : '',
    });
  target.onPause = (pause) => bar.update({ stage: pause === null ? stage : PAUSE_TEXTS[pause] });
  bar.start(total, 0, { lines: 0, rate: 0, stage: 'reading', left: '' });
  try {
    const result = await importFile({
      expected: { kind, format, file },
      lines: readFileLines(file, (bytes) => (readBytes = bytes)),
      reader,
      target,
      rejects,
      batchSize,
      onProgress: (count) => {
        lines = count;
        showReading();
      },
    });
    readBytes = total;
    showReading();
    bar.update({ stage: (stage = 'learning'), left: '' });
    began = performance.now();
    await target.waitUntilApplied((share) =>
      bar.update(share * total, { stage, left: timeLeft(performance.now() - began, share) }),
    );
    bar.update(total, { stage: 'done', left: '' });
    return { result, rejects: await rejects.close() };
  } finally {
    bar.stop();
  }
}

/** Prints the result of the import. @throws Error if the file was damaged, or lines were rejected and none was imported */
function report({ json, file, kind }: Settings, result: ImportResult, rejects: string | null, seconds: number): void {
  const { lines, imported, rejected, unchanged, reasons, firstRejected } = result;
  if (rejects) {
    const counts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    console.error(`${formatCount(rejected, 'line')} not imported (${counts.join(', ')}): ${rejects}`);
    for (const { line, message } of firstRejected) console.error(`  line ${line}: ${message}`);
    if (rejected > firstRejected.length) console.error('  …');
  }
  if (lines === 0) console.error(`${file} has no lines.`);
  if (result.repeated > 0)
    console.error(
      `${formatCount(result.repeated, 'line')} of ${kind} with the id of an earlier line: the last one counts.`,
    );
  for (const { id, message } of result.refusedProducts.slice(0, MAX_REFUSED_PRODUCTS))
    console.error(`The product ${id} was not updated: ${message}.`);
  if (result.refusedProducts.length > MAX_REFUSED_PRODUCTS)
    console.error(`${result.refusedProducts.length} products were not updated in all.`);
  reportUnknownProducts(result);
  reportValuesBeyondFacets(result);
  if (json) {
    const { repeated, unknownProducts, beyondFacets } = result;
    const counts = { lines, imported, rejected, unchanged, repeated, seconds: Math.round(seconds * 1000) / 1000 };
    const details = {
      products: { beyondFacets },
      events: { unknownProducts },
      orders: { unknownProducts },
      shipments: {},
    };
    console.log(JSON.stringify({ ...counts, ...details[kind] }));
  } else {
    const rate = Math.round(lines / seconds).toLocaleString('en');
    console.log(
      `${formatCount(lines, 'line')}: ${imported} imported, ${rejected} rejected, ${unchanged} unchanged, in ${seconds.toFixed(1)} s (${rate} lines/s)`,
    );
  }
  if (result.damage !== undefined)
    throw new Error(
      `${result.damage}\nThe lines before are imported as counted above. Import the whole file again when you have it: lines that are in the shop already are unchanged.`,
    );
  if (rejected > 0 && imported + unchanged === 0) throw new Error('Nothing was imported.');
}

/**
 * Reports products that the imported events or orders name but the catalogue lacks. Recommendation lists ignore such
 * events and orders until the products are imported.
 */
function reportUnknownProducts({ productsNamed, unknownProducts: { count, lines, first } }: ImportResult): void {
  if (count === 0) return;
  const which = `${first.join(', ')}${count > first.length ? ', …' : ''}`;
  const summary =
    count === productsNamed && count > 1
      ? `None of the ${count.toLocaleString('en')} product ids is in the catalogue`
      : `${formatCount(count, 'product id')} ${count === 1 ? 'is' : 'are'} not in the catalogue`;
  console.error(`${summary} (${formatCount(lines, 'line')}): ${which}`);
  console.error('  These lines are stored. They affect lists as soon as the products are imported.');
}

/** Reports attribute values beyond the limits of facets. Search finds them, but facets do not contain them. */
function reportValuesBeyondFacets({ beyondFacets: { tooLong, tooMany } }: ImportResult): void {
  const reportValues = ({ values, products, first }: OmittedFacetValues, fault: string) => {
    if (values === 0) return;
    const which = `${first.join(', ')}${products > first.length ? ', …' : ''}`;
    const are = values === 1 ? 'is' : 'are';
    console.error(
      `${formatCount(values, 'attribute value')} of ${formatCount(products, 'product')} ${are} ${fault}: ${which}`,
    );
  };
  reportValues(tooLong, `longer than ${MAX_FACET_VALUE_LENGTH} characters`);
  reportValues(tooMany, `beyond the first ${MAX_FACET_VALUES} of the product`);
  if (tooLong.values + tooMany.values > 0)
    console.error('  Search finds these values; facets and facet filters do not.');
}

function requireServerKey({ key }: Settings, config: Config): string {
  const serverKey = key ?? process.env.FRESHET_KEY ?? config.adminKey;
  if (!serverKey)
    throw new UsageError('--url needs a server key: pass --key KEY, or set FRESHET_KEY in the environment');
  return serverKey;
}

function parseImportSettings(argv: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      rejects: { type: 'string' },
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [kind, file, ...more] = positionals;
  if (!isOneOf(IMPORT_KINDS, kind))
    throw new UsageError(`import needs a kind of data: one of ${IMPORT_KINDS.join(', ')}`);
  if (file === undefined || more.length > 0)
    throw new UsageError('import needs exactly one FILE (or - for standard input)');
  if (!isOneOf(FORMATS, values.format))
    throw new UsageError(`--format must be one of ${FORMATS.join(', ')}; got ${values.format}`);
  if (values.url !== undefined && !URL.canParse(values.url))
    throw new UsageError(`--url must be a URL; got ${values.url}`);
  const reader = lineReaderFor(kind, values.format);
  checkInputFile(file);
  const { rejects } = values;
  if (rejects !== undefined && path.resolve(rejects) === path.resolve(file))
    throw new UsageError('--rejects must be another file than the one to import');
  return { file, kind, format: values.format, reader, rejects, url: values.url, key: values.key, json: values.json };
}

function lineReaderFor(kind: ImportKind, format: Format): LineReader {
  try {
    return createLineReader(kind, format);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isOneOf<T extends string>(values: readonly T[], value: string | undefined): value is T {
  return values.some((each) => each === value);
}
