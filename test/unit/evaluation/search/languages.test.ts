import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCatalogueFile } from '../../../../src/imports/catalogue-file';
import { classRows, evaluateEngine } from '../../../../src/evaluation/search/evaluate';
import { freshetEngine } from '../../../../src/evaluation/search/freshet-engine';
import { type Judgment, JUDGED_CLASS, JudgmentLines } from '../../../../src/evaluation/search/judgment-lines';
import { judgedQueries, variantKeys } from '../../../../src/evaluation/search/queries';

const FOLDER = path.join(__dirname, '../../../fixtures/search/languages');

/** For each language, the smallest share of the queries of a class that have a right product among the first ten. */
const MIN_TOP10: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  de: { exact: 1, typo: 1, plural: 1, compound: 1, accents: 1 },
  fr: { exact: 1, typo: 1, plural: 1, accents: 1 },
  es: { exact: 1, typo: 1, plural: 1, accents: 1 },
  nl: { exact: 1, typo: 1, plural: 1, compound: 1, accents: 1 },
  sv: { exact: 1, typo: 1, plural: 1, compound: 1, accents: 1 },
  ru: { exact: 1, typo: 1, plural: 0.95, accents: 1 },
  ja: { exact: 1, typo: 1, compound: 1, accents: 1 },
  // Typos are characters of the same sound. Only words of three characters or more are corrected.
  zh: { exact: 1, typo: 0.73, compound: 0.9, accents: 1 },
  // The accents are words as they are while they are typed, searched for as whole words.
  ko: { exact: 1, typo: 1, plural: 1, compound: 1, accents: 0.66 },
};

function judgmentsOf(language: string): Judgment[] {
  const reader = new JudgmentLines();
  const lines = readFileSync(path.join(FOLDER, `${language}.judgments.jsonl`), 'utf8').split('\n');
  return lines.flatMap((text) => {
    const line = reader.read(text);
    if (line !== undefined && 'message' in line) throw new Error(`line ${line.line}: ${line.message}`);
    return line ?? [];
  });
}

it.each(Object.keys(MIN_TOP10))('finds what is typed in %s', async (language) => {
  const file = path.join(FOLDER, `${language}.jsonl`);
  const products = await readCatalogueFile(file, 'jsonl', ({ message }) => {
    throw new Error(message);
  });
  const { queries, unknownProducts } = judgedQueries(products, judgmentsOf(language));
  expect(unknownProducts).toBe(0);
  const engine = await freshetEngine(products, language);
  const input = { queries, variantKeyOf: variantKeys(products), onProgress: () => undefined };
  const results = await evaluateEngine(engine, input);
  const rows = classRows(engine.subject, results).filter(({ queryClass }) => queryClass !== JUDGED_CLASS);
  const minimum = MIN_TOP10[language];
  expect(rows.map(({ queryClass }) => queryClass)).toEqual(Object.keys(minimum));
  const tooFew = rows
    .filter(({ queryClass, top10 }) => top10 < minimum[queryClass])
    .map(({ queryClass, top10 }) => ({
      queryClass,
      top10,
      unfound: results
        .filter(({ classes, metrics }) => classes.includes(queryClass) && metrics.top10 === 0)
        .map(({ query }) => query),
    }));
  expect(tooFew).toEqual([]);
});
