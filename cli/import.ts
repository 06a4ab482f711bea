import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { readConfig, type Config } from '../src/config';
import { DatabaseTarget } from '../src/imports/database-target';
import { GraphqlTarget } from '../src/imports/graphql-target';
import { importFile, type ImportResult } from '../src/imports/import-file.service';
import type { ImportTarget } from '../src/imports/import-target';
import { readLines } from '../src/imports/lines';
import { FORMATS, KINDS, lineReader, type Format, type Kind } from '../src/imports/formats';
import type { LineReader } from '../src/imports/import-file.service';
import { RejectsFile } from '../src/imports/rejects-file';
import { counted } from './counted';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const USAGE = `import ${KINDS.join('|')} FILE [--format ${FORMATS.join('|')}] [--url URL --key KEY] [--json]`;

interface Settings {
  readonly file: string;
  readonly reader: LineReader;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly json: boolean;
}

/** `import`: loads a file, shows how far it is, and says what became of every line. */
export async function runImport(argv: readonly string[]): Promise<void> {
  const settings = settingsFrom(argv);
  const config = readConfig();
  const began = performance.now();
  const { result, rejects } = settings.url
    ? await load(settings, config, new GraphqlTarget(settings.url, keyFor(settings, config)), 500)
    : await withShop(config, 'import', (platform) => load(settings, config, new DatabaseTarget(platform)));
  report(settings, result, rejects, (performance.now() - began) / 1000);
}

async function load(
  { file, reader }: Settings,
  config: Config,
  target: ImportTarget,
  batchSize?: number,
): Promise<{ result: ImportResult; rejects: string | null }> {
  const size = file === '-' ? 0 : statSync(file).size;
  const bar = new SingleBar({
    format: `${path.basename(file)} [{bar}] {percentage} % | {lines} lines | {rate}/s | {stage}`,
    stream: process.stderr,
    hideCursor: true,
    noTTYOutput: false,
  });
  const began = performance.now();
  let read = 0;
  let lines = 0;
  const total = Math.max(size, 1);
  const showReading = () =>
    bar.update(read, {
      lines: lines.toLocaleString('en'),
      rate: Math.round((lines / (performance.now() - began)) * 1000).toLocaleString('en'),
    });
  target.onPause = (paused) => bar.update({ stage: paused ? 'live events go first' : 'reading' });
  bar.start(total, 0, { lines: 0, rate: 0, stage: 'reading' });
  try {
    const rejects = new RejectsFile(file, config.dataDir);
    const result = await importFile({
      lines: readLines(file, (bytes) => (read = bytes)),
      reader,
      target,
      rejects,
      batchSize,
      onProgress: (count) => {
        lines = count;
        showReading();
      },
    });
    read = total;
    showReading();
    bar.update({ stage: 'learning' });
    await target.settled((share) => bar.update(share * total, { stage: 'learning' }));
    bar.update(total, { stage: 'done' });
    return { result, rejects: await rejects.close() };
  } finally {
    bar.stop();
  }
}

function report({ json }: Settings, result: ImportResult, rejects: string | null, seconds: number): void {
  const { lines, imported, rejected, unchanged, reasons } = result;
  if (rejects) {
    const counts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    console.error(`${counted(rejected, 'line')} not imported (${counts.join(', ')}): ${rejects}`);
  }
  if (json)
    console.log(JSON.stringify({ lines, imported, rejected, unchanged, seconds: Math.round(seconds * 1000) / 1000 }));
  else {
    const rate = Math.round(lines / seconds).toLocaleString('en');
    console.log(
      `${counted(lines, 'line')}: ${imported} imported, ${rejected} rejected, ${unchanged} unchanged, in ${seconds.toFixed(1)} s (${rate} lines/s)`,
    );
  }
}

function keyFor({ key }: Settings, config: Config): string {
  const found = key ?? process.env.FRESHET_KEY ?? config.adminKey;
  if (!found) throw new UsageError('--url needs a server key: --key KEY, or FRESHET_KEY in the environment');
  return found;
}

function settingsFrom(argv: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [kind, file, ...more] = positionals;
  if (!isOneOf(KINDS, kind)) throw new UsageError(`import what? One of ${KINDS.join(', ')}`);
  if (file === undefined || more.length > 0)
    throw new UsageError('import needs exactly one FILE (or - for standard input)');
  if (!isOneOf(FORMATS, values.format)) throw new UsageError(`--format is one of ${FORMATS.join(', ')}`);
  if (values.url !== undefined && !URL.canParse(values.url)) throw new UsageError(`--url is no URL: ${values.url}`);
  const reader = readerOf(kind, values.format);
  checkInputFile(file);
  return { file, reader, url: values.url, key: values.key, json: values.json };
}

function readerOf(kind: Kind, format: Format): LineReader {
  try {
    return lineReader(kind, format);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isOneOf<T extends string>(values: readonly T[], value: string | undefined): value is T {
  return values.some((each) => each === value);
}
