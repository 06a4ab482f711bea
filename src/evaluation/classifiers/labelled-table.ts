import { csvFields } from '../../imports/csv-fields';
import { MAX_CATEGORIES } from '../../learn/feature-encoding';
import type { FeatureRow } from './classifier';

export interface TableSettings {
  /** Name of the label's column; undefined for the last column. */
  readonly label: string | undefined;
  /** Names of columns that are not used. */
  readonly without: readonly string[];
  /** Names of columns that are categorical although they hold numbers. */
  readonly categories: readonly string[];
}

export interface FeatureColumn {
  readonly name: string;
  readonly isCategorical: boolean;
}

/** Rows of features with a binary label. */
export interface LabelledTable {
  readonly columns: readonly FeatureColumn[];
  readonly rows: readonly FeatureRow[];
  /** 0 or 1 per row. */
  readonly labels: Uint8Array;
  readonly label: string;
  /** The text of label 1. */
  readonly positive: string;
}

/** Texts that mean label 1, in lower case. Of two others, the one that sorts last is label 1. */
const POSITIVE_TEXTS = ['1', 'true', 'yes', 'y', 't'];
/** Minimum number of rows of each label: a half has two of them, so that a fold and the other folds have one each. */
const MIN_LABEL_ROWS = 4;

/**
 * Reads a table of delimited lines, whose first line names the columns. Fields are separated by semicolons if the first
 * line has one, else by commas. A column is numeric if each of its fields is a number, else categorical; an empty field
 * is a category of its own. A column has at most {@link MAX_CATEGORIES} categories. Empty lines are skipped.
 * @throws Error for a table that can't be evaluated
 */
export function readLabelledTable(lines: readonly string[], settings: TableSettings): LabelledTable {
  const { names, fields } = splitLines(lines);
  const label = settings.label ?? names[names.length - 1];
  for (const name of [label, ...settings.without, ...settings.categories])
    if (!names.includes(name)) throw new Error(`there is no column ${name}; the columns are ${names.join(', ')}`);
  if (settings.without.includes(label)) throw new Error(`the label ${label} can't be left out`);
  const used = [...names.keys()].filter((c) => names[c] !== label && !settings.without.includes(names[c]));
  if (used.length === 0) throw new Error('no column is left to predict from');
  const columns = used.map((c) => ({
    name: names[c],
    isCategorical: settings.categories.includes(names[c]) || !fields.every((row) => isNumber(row[c])),
  }));
  used.forEach((c, at) => {
    if (columns[at].isCategorical) checkCategories(names[c], new Set(fields.map((row) => row[c])));
  });
  const rows = fields.map((row) => used.map((c, at) => (columns[at].isCategorical ? row[c] : Number(row[c]))));
  const labelTexts = fields.map((row) => row[names.indexOf(label)]);
  const positive = positiveOf(label, labelTexts);
  return { columns, rows, labels: Uint8Array.from(labelTexts, (text) => (text === positive ? 1 : 0)), label, positive };
}

function checkCategories(name: string, categories: ReadonlySet<string>): void {
  if (categories.size <= MAX_CATEGORIES) return;
  const cause = categories.has('') ? ' and empty fields, which are not numbers' : '';
  throw new Error(
    `column ${name} has ${categories.size} different values${cause}; leave it out with --without ${JSON.stringify(name)}`,
  );
}

function splitLines(lines: readonly string[]): { names: readonly string[]; fields: readonly string[][] } {
  const separator = lines.find((line) => line !== '')?.includes(';') ? ';' : ',';
  const fields: string[][] = [];
  lines.forEach((line, at) => {
    if (line === '') return;
    const row = csvFields(line, separator)?.map((field) => field.trim());
    if (row === undefined) throw new Error(`line ${at + 1}: a quoted field is not closed`);
    if (fields.length > 0 && row.length !== fields[0].length)
      throw new Error(`line ${at + 1} has ${row.length} fields; the header has ${fields[0].length}`);
    fields.push(row);
  });
  const names = fields.shift();
  if (names === undefined || fields.length === 0) throw new Error('it has no rows below a header');
  const repeated = names.find((name, c) => names.indexOf(name) !== c);
  if (repeated !== undefined) throw new Error(`the header names ${repeated} twice`);
  return { names, fields };
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

function positiveOf(label: string, texts: readonly string[]): string {
  const values = [...new Set(texts)].sort();
  if (values.length !== 2) {
    const examples = values.slice(0, 3).join(', ');
    throw new Error(`the label ${label} must have two values; it has ${values.length} (${examples})`);
  }
  for (const value of values) {
    const count = texts.filter((text) => text === value).length;
    if (count < MIN_LABEL_ROWS)
      throw new Error(
        `the label ${label} is ${value} in ${count} of ${texts.length} rows; at least ${MIN_LABEL_ROWS} are needed`,
      );
  }
  return values.find((value) => POSITIVE_TEXTS.includes(value.toLowerCase())) ?? values[1];
}
