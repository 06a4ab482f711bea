import { createHash } from 'node:crypto';
import { FEATURES } from '../../features/feature-set';
import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { BASKET_FEATURES } from '../basket/basket-features';
import { decodeBasketSection, encodeBasketSection, type BasketSection } from '../basket/basket-section';
import type { Kernels } from '../../learn/wasm';
import { RankerModel } from './ranker-model';
import { IalsModel } from './ials-model';
import { SparseItemMatrix } from './sparse-item-matrix';
import type { SourceModels } from '../sources/source';
import { TemporalRidgeModel } from './temporal-ridge-model';

const MAGIC = 'freshet-blend-version';
const VERSION = 4;
/** Digest of the format version and the feature names. A refit is due if the active version has another digest. */
export const RANKER_FORMAT = createHash('sha256')
  .update(JSON.stringify([VERSION, ...[FEATURES, BASKET_FEATURES].map((features) => features.map(({ name }) => name))]))
  .digest('hex')
  .slice(0, 16);
const EMPTY = new Uint8Array();

/**
 * One stored version of the ranker: the served model, and the holdout model that the next version is compared with.
 */
export interface RankerArtefact {
  readonly model: RankerModel;
  /** Models of the candidate sources. The ranker was fitted on their scores. */
  readonly sources: SourceModels;
  /** The penalty of EASE. The live EASE rows are maintained with it. */
  readonly easeLambda: number;
  /**
   * The model fitted only on data before the newest window, which is held out for comparisons. Null if there was too
   * little data before that window.
   */
  readonly holdoutModel: RankerModel | null;
  /**
   * The basket ranker. Null if none was fitted, or if it was not better than completion by co-purchase counts. These
   * counts are then used without a fitted ranker.
   */
  readonly basket: BasketSection | null;
}

export function encodeRanker({ model, sources, easeLambda, holdoutModel, basket }: RankerArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model.encode());
  writer.block(holdoutModel?.encode() ?? EMPTY);
  writer.f64(easeLambda);
  writer.block(sources.temporalRidge?.encode() ?? EMPTY);
  writer.block(sources.ials?.encode() ?? EMPTY);
  writer.u8(sources.ease === null ? 0 : 1);
  sources.ease?.write(writer);
  writer.block(basket === null ? EMPTY : encodeBasketSection(basket));
  writer.u8(sources.usesSessions ? 1 : 0);
  return writer.finish();
}

/**
 * Decodes a version to serve. Features that the version does not have get weight 0.
 * @throws Error if the model uses features that this program does not have, and the errors of {@link decodeRanker}
 */
export function decodeCompatibleRanker(bytes: Uint8Array, kernels: Kernels): RankerArtefact {
  const artefact = decodeRanker(bytes, kernels);
  if (!artefact.model.isCompatible())
    throw new Error('the model was fitted on features that this program does not have');
  return artefact.basket?.model.isCompatible() === false ? { ...artefact, basket: null } : artefact;
}

/** @throws Error if the bytes are not a ranker version, or have a format that this program does not know */
export function decodeRanker(bytes: Uint8Array, kernels: Kernels = {}): RankerArtefact {
  const reader = new ByteReader(bytes);
  reader.expectHeader(MAGIC, VERSION);
  const [model, holdoutModel] = [reader.block(), reader.block()];
  const easeLambda = reader.f64();
  const [ridge, ials] = [reader.block(), reader.block()];
  const ease = reader.u8() === 1 ? SparseItemMatrix.read(reader) : null;
  const basket = reader.block();
  return {
    model: RankerModel.decode(model),
    holdoutModel: holdoutModel.byteLength > 0 ? RankerModel.decode(holdoutModel) : null,
    easeLambda,
    sources: {
      temporalRidge: ridge.byteLength > 0 ? TemporalRidgeModel.decode(ridge) : null,
      ials: ials.byteLength > 0 ? IalsModel.decode(ials, kernels) : null,
      ease,
      usesSessions: reader.u8() === 1,
    },
    basket: basket.byteLength > 0 ? decodeBasketSection(basket) : null,
  };
}
