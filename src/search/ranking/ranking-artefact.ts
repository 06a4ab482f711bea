import { createHash } from 'node:crypto';
import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { RANKING_FEATURES } from './evidence-vector';
import type { LearnedRanking } from './learn-ranking';
import { HAND_SET } from './log-linear';
import { QueryClicks } from './query-clicks';

const MAGIC = 'freshet-search-ranking';
const VERSION = 1;
const FEATURES = RANKING_FEATURES.join(' ');
/** Changes with whatever makes a version of another program one that is to be fitted anew: layout and features. */
export const RANKING_FORMAT = createHash('sha256')
  .update(JSON.stringify([VERSION, RANKING_FEATURES]))
  .digest('hex')
  .slice(0, 16);

/** One version of the search ranking as it is stored: what answers, and what the next candidate is compared with. */
export interface RankingArtefact {
  readonly model: LearnedRanking;
  /** Learned from what came before the held-out time. */
  readonly twin: LearnedRanking;
}

export function encodeRanking({ model, twin }: RankingArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.string(FEATURES);
  for (const { weights, missing, intercept, examination, figures, clicks } of [model, twin]) {
    writer.string(JSON.stringify({ weights, missing, intercept, examination: [...examination], figures }));
    clicks.write(writer);
  }
  return writer.finish();
}

/**
 * Features that a version does not know have the weight that is set by hand.
 * @throws Error for bytes of another program, or of a version of this one with features that are no more
 */
export function decodeRanking(bytes: Uint8Array): RankingArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const unknown = reader
    .string()
    .split(' ')
    .find((name) => !RANKING_FEATURES.some((feature) => feature === name));
  if (unknown !== undefined)
    throw new Error(`it was fitted over ${unknown}, which this version of the program does not know`);
  const [model, twin] = [0, 1].map((): LearnedRanking => {
    const { examination, ...rest } = JSON.parse(reader.string()) as Omit<LearnedRanking, 'clicks' | 'examination'> & {
      examination: number[];
    };
    const weights = { ...HAND_SET.weights, ...rest.weights };
    return { ...rest, weights, examination: Float64Array.from(examination), clicks: QueryClicks.read(reader) };
  });
  return { model, twin };
}
