import { createHash } from 'node:crypto';
import { newestPosition } from '../../../../src/events/position.store';
import type { Fitter } from '../../../../src/models/fitter';
import { readMostWished } from './wish.store';

const FORMAT = 'wish 1';

/** A model that is one product. The gate finds it better than no model. */
export const wishFitter: Fitter = {
  format: FORMAT,
  isDue: async () => false,
  fit: async ({ pool }) => {
    const position = await newestPosition(pool);
    const productId = await readMostWished(pool);
    if (productId === undefined) return { tooLittleAt: position };
    const scores = (score: number) => new Float64Array(10).fill(score);
    return {
      bytes: Buffer.from(productId),
      position,
      dataHash: createHash('sha256').update(productId).digest(),
      parameters: { format: FORMAT },
      figures: {},
      evidence: {
        unit: 'customer',
        measures: [{ name: 'hits', candidate: scores(1), incumbent: null, best: null, baseline: scores(0) }],
        baselineName: 'nothing',
        finite: true,
        time: { candidateMs: 0, incumbentMs: null },
      },
    };
  },
};
