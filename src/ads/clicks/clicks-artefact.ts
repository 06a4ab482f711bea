import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { HashedLogistic } from '../../learn/hashed-logistic';

const MAGIC = 'ad-clicks';
const VERSION = 1;

/** Format of stored versions. A change of the features in `ad-features.ts` needs a new one. */
export const CLICKS_FORMAT = `${MAGIC}/${VERSION}`;
/** A version has two models of this size at most, and so less than 1 MB. */
export const MAX_CLICK_MODEL_BYTES = 499_000;

/** A stored version. Its two parts are the bytes of hashed logistic regressions. */
export interface ClicksVersion {
  /** Fitted on all examples. It serves. */
  readonly model: Uint8Array;
  /** Fitted without the held-out examples. Later candidates are compared with it. */
  readonly holdoutModel: Uint8Array;
}

/** Encodes a version as bytes. The same version gives the same bytes. */
export function encodeClicks({ model, holdoutModel }: ClicksVersion): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model);
  writer.block(holdoutModel);
  return writer.finish();
}

/**
 * Reads one of the two models of {@link encodeClicks}: both together would take twice the memory.
 * @throws Error if the bytes are not those of this version, RangeError if they are cut short
 */
export function decodeClicks(bytes: Uint8Array, part: keyof ClicksVersion = 'model'): HashedLogistic {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const model = reader.block();
  return new HashedLogistic(part === 'model' ? model : reader.block());
}
