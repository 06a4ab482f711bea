import { createHash } from 'node:crypto';
import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { RANKING_FEATURES } from './evidence-vector';
import type { LearnedRanking } from './learn-ranking';
import { DEFAULT_RANKING_MODEL } from './log-linear';
import { QueryClicks } from './query-clicks';

const MAGIC = 'freshet-search-ranking';
const VERSION = 2;
const FEATURES = RANKING_FEATURES.join(' ');
/** Identifies the byte layout and the features of a stored version. A version with another format is refitted. */
export const RANKING_FORMAT = createHash('sha256')
  .update(JSON.stringify([VERSION, RANKING_FEATURES]))
  .digest('hex')
  .slice(0, 16);

/** A stored version of the search ranking. */
export interface RankingArtefact {
  /** The model that ranks searches. It is learned from all logged searches. */
  readonly model: LearnedRanking;
  /** The model learned only from searches before the held-out ones. The next candidate is compared with it. */
  readonly holdoutModel: LearnedRanking;
}

export function encodeRanking({ model, holdoutModel }: RankingArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.string(FEATURES);
  for (const { weights, missing, intercept, examination, figures, clicks } of [model, holdoutModel]) {
    writer.string(JSON.stringify({ weights, missing, intercept, examination: [...examination], figures }));
    clicks.write(writer);
  }
  return writer.finish();
}

/**
 * Decodes a stored version. Features that the version does not contain get their default weight.
 * @throws Error if the bytes have another format, or contain a feature that no longer exists
 */
export function decodeRanking(bytes: Uint8Array): RankingArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const unknown = reader
    .string()
    .split(' ')
    .find((name) => !RANKING_FEATURES.some((feature) => feature === name));
  if (unknown !== undefined)
    throw new Error(`it uses the feature ${unknown}, which this release does not have; fit a new version`);
  const [model, holdoutModel] = [0, 1].map((): LearnedRanking => {
    const { examination, ...rest } = JSON.parse(reader.string()) as Omit<LearnedRanking, 'clicks' | 'examination'> & {
      examination: number[];
    };
    const weights = { ...DEFAULT_RANKING_MODEL.weights, ...rest.weights };
    return { ...rest, weights, examination: Float64Array.from(examination), clicks: QueryClicks.read(reader) };
  });
  return { model, holdoutModel };
}
