import { FEATURES } from '../features/feature-set';
import type { ExampleList } from './blend-examples';
import type { BlendModel } from './blend-model';

/** ln(odds), candidate by candidate. */
export function scoresOf(model: BlendModel, list: ExampleList): Float64Array {
  const row = new Float64Array(FEATURES.length);
  return Float64Array.from(list.labels, (_, c) => {
    row.set(list.features.subarray(c * FEATURES.length, (c + 1) * FEATURES.length));
    return model.score(row, list.bought[c] === 1);
  });
}
