import { fitConditionalLogit } from '../../src/learn/conditional-logit';
import { fitLogistic } from '../../src/learn/logistic';
import { seededRandom } from '../../src/learn/seeded-random';
import type { GuardTask } from './guard-row';

/** The shape of a small ranker's fit. */
const COLUMNS = 60;
const LISTS = 300;
const LIST_LENGTH = 20;
const ROWS = LISTS * LIST_LENGTH;
const L2 = 1;

/** Measures the fits behind the ranker, the basket and the intent, on synthetic features, in one thread. */
export function fitTasks(): GuardTask[] {
  const random = seededRandom(8);
  const cells = Float64Array.from({ length: ROWS * COLUMNS }, () => 2 * random() - 1);
  const design = {
    rows: ROWS,
    columns: COLUMNS,
    readRow: (row: number, out: Float64Array) => out.set(cells.subarray(row * COLUMNS, (row + 1) * COLUMNS)),
  };
  const effects = Float64Array.from({ length: COLUMNS }, () => random() - 0.5);
  const score = (row: number) => effects.reduce((sum, effect, c) => sum + effect * cells[row * COLUMNS + c], 0);
  const ends = Int32Array.from({ length: LISTS }, (_, list) => (list + 1) * LIST_LENGTH);
  const chosen = Int32Array.from({ length: LISTS }, (_, list) => {
    const odds = Array.from({ length: LIST_LENGTH }, (_, at) => Math.exp(score(list * LIST_LENGTH + at)));
    let left = random() * odds.reduce((sum, one) => sum + one);
    return (
      list * LIST_LENGTH +
      Math.max(
        0,
        odds.findIndex((one) => (left -= one) < 0),
      )
    );
  });
  const labels = new Uint8Array(ROWS);
  for (const row of chosen) labels[row] = 1;
  const listWeights = new Float64Array(LISTS).fill(1);
  const rowWeights = new Float64Array(ROWS).fill(1);
  return [
    {
      name: 'choice-fit',
      what: `one fit of the conditional logit to ${LISTS} lists of ${LIST_LENGTH} and ${COLUMNS} columns, one thread`,
      work: () => {
        fitConditionalLogit({ design, ends, chosen, weights: listWeights, l2: L2 });
        return 1;
      },
    },
    {
      name: 'logistic-fit',
      what: `one fit of the logistic regression to ${ROWS} rows and ${COLUMNS} columns, one thread`,
      work: () => {
        fitLogistic({ design, labels, weights: rowWeights, l2: L2 });
        return 1;
      },
    },
  ];
}
