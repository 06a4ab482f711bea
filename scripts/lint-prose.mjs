/**
 * `npm run lint:prose [-- [--list] [--update] [ROOT]]`: looks for the words and phrases of `prose-rules.json` in comments,
 * messages and page texts of the code, in the Markdown files and in docs/. A file may have as many findings as
 * `prose-baseline.json` says; every other file may have none. Exit code 1 if a file has more than that, or fewer:
 * `--update` then lowers the baseline. It never raises it. `--list` prints all findings, with those that the baseline
 * permits.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { proseOf } from './prose-of-file.mjs';

const FOLDERS = [
  'src',
  'workers',
  'cli',
  'client',
  'shop',
  'console',
  'explorer',
  'bench',
  'kernels',
  'scripts',
  'test',
  'docs',
];
const IS_SOURCE = /\.(tsx?|mjs|md)$/;
/** The starter examples are what customers write. */
const IS_LEFT_OUT =
  /(^|\/)(node_modules|generated|dist|public|fixtures|word-lists)\/|\/(starter-examples|generic-words)\.ts$/;

const scripts = path.dirname(fileURLToPath(import.meta.url));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const root = path.resolve(
  process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? path.join(scripts, '..'),
);
const baselineFile = path.join(root, 'scripts/prose-baseline.json');

const rules = JSON.parse(readFileSync(path.join(scripts, 'prose-rules.json'), 'utf8')).map(
  ({ pattern, write, isCaseSensitive }) => ({
    pattern: new RegExp(pattern, isCaseSensitive ? 'gu' : 'giu'),
    write,
  }),
);

/** @returns {{ file: string, line: number, found: string, write: string }[]} */
function findingsIn(file) {
  const findings = [];
  for (const { line, text } of proseOf(path.join(root, file)))
    for (const { pattern, write } of rules)
      for (const match of text.matchAll(pattern)) {
        const linesBefore = text.slice(0, match.index).split('\n').length - 1;
        findings.push({ file, line: line + linesBefore, found: match[0].trim(), write });
      }
  return findings;
}

function listFiles() {
  const inFolders = FOLDERS.filter((folder) => existsSync(path.join(root, folder))).flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true }).map((file) => path.posix.join(folder, file)),
  );
  const inRoot = readdirSync(root).filter((file) => file.endsWith('.md'));
  return [...inRoot, ...inFolders].filter((file) => IS_SOURCE.test(file) && !IS_LEFT_OUT.test(file)).sort();
}

const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : {};
const found = new Map(listFiles().map((file) => [file, findingsIn(file)]));
const faults = [];
const lowered = {};
for (const [file, findings] of found) {
  const permitted = baseline[file] ?? 0;
  if (findings.length > 0) lowered[file] = findings.length;
  if (findings.length > permitted || options.includes('--list'))
    for (const { line, found: words, write } of findings) console.error(`${file}:${line}: "${words}": ${write}`);
  if (findings.length > permitted)
    faults.push(`${file} has ${findings.length} findings; ${permitted} are permitted. Rewrite the sentences above.`);
}
const isLower = Object.keys(baseline).some((file) => baseline[file] > (found.get(file)?.length ?? 0));
if (options.includes('--update') && faults.length === 0) {
  writeFileSync(baselineFile, `${JSON.stringify(lowered, null, 2)}\n`);
} else if (isLower)
  faults.push('The baseline permits more than was found. Run `npm run lint:prose -- --update` and commit it.');
for (const fault of faults) console.error(fault);
const count = [...found.values()].reduce((sum, findings) => sum + findings.length, 0);
console.log(
  `${found.size} files, ${count} findings, all of them in the baseline: ${faults.length === 0 ? 'yes' : 'no'}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
