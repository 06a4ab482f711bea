import { shuffle } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';

export interface Halves {
  /** Row numbers, ascending. */
  readonly training: Int32Array;
  readonly test: Int32Array;
}

/** Divides rows into two random halves with the same share of each label; an odd row goes to the test half. */
export function stratifiedHalves(labels: Uint8Array, seed: number): Halves {
  const random = seededRandom(seed);
  const [training, test]: number[][] = [[], []];
  for (const label of [0, 1]) {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
    shuffle(rows, random);
    const middle = Math.floor(rows.length / 2);
    rows.forEach((row, at) => (at < middle ? training : test).push(row));
  }
  return { training: Int32Array.from(training).sort(), test: Int32Array.from(test).sort() };
}
