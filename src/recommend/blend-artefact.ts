import { createHash } from 'node:crypto';
import { FEATURES } from '../features/feature-set';
import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import { BASKET_FEATURES } from './basket/feature-set';
import { decodeBasketSection, encodeBasketSection, type BasketSection } from './basket/basket-section';
import type { Kernels } from '../learn/wasm';
import { BlendModel } from './blend-model';
import { IalsModel } from './ials-model';
import { ItemRows } from './item-rows';
import type { SourceModels } from './sources/source';
import { TemporalRidgeModel } from './temporal-ridge-model';

const MAGIC = 'freshet-blend-version';
const VERSION = 3;
/** Without a basket ranker. */
const VERSION_WITHOUT_BASKET = 2;
/** Changes with whatever makes a version of another program one that this one can't serve: layout and features. */
export const BLEND_FORMAT = createHash('sha256')
  .update(JSON.stringify([VERSION, ...[FEATURES, BASKET_FEATURES].map((features) => features.map(({ name }) => name))]))
  .digest('hex')
  .slice(0, 16);
const NOTHING = new Uint8Array();

/** One version of the blend as it is stored, whole: what answers, and what the next candidate is compared with. */
export interface BlendArtefact {
  readonly model: BlendModel;
  /** What sources score with: the model was fitted over their scores. */
  readonly sources: SourceModels;
  /** The penalty of EASE: whoever keeps its rows up to date does so with this one. */
  readonly easeLambda: number;
  /**
   * Fitted on what came before the held-out time: the model itself has seen what would be asked. Null where there was no
   * such time.
   */
  readonly twin: BlendModel | null;
  /** Null: none was fitted, or it was no better than what needs no fit; baskets are completed by that. */
  readonly basket: BasketSection | null;
}

export function encodeBlend({ model, sources, easeLambda, twin, basket }: BlendArtefact): Uint8Array {
  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.block(model.encode());
  writer.block(twin?.encode() ?? NOTHING);
  writer.f64(easeLambda);
  writer.block(sources.temporalRidge?.encode() ?? NOTHING);
  writer.block(sources.ials?.encode() ?? NOTHING);
  writer.u8(sources.ease === null ? 0 : 1);
  sources.ease?.write(writer);
  writer.block(basket === null ? NOTHING : encodeBasketSection(basket));
  return writer.finish();
}

/**
 * To answer with.
 * @throws Error as {@link decodeBlend} does, and for features that this code does not have: it could not score with them
 */
export function decodeServedBlend(bytes: Uint8Array, kernels: Kernels): BlendArtefact {
  const blend = decodeBlend(bytes, kernels);
  if (!blend.model.fits()) throw new Error('it was fitted over the features of another version of this program');
  return blend.basket?.model.fits() === false ? { ...blend, basket: null } : blend;
}

/** @throws Error for bytes of another program, or another version of this one */
export function decodeBlend(bytes: Uint8Array, kernels: Kernels = {}): BlendArtefact {
  const reader = new ByteReader(bytes);
  const version = reader.expectHeader(MAGIC, VERSION, VERSION_WITHOUT_BASKET);
  const [model, twin] = [reader.block(), reader.block()];
  const easeLambda = reader.f64();
  const [ridge, ials] = [reader.block(), reader.block()];
  const decoded = {
    model: BlendModel.decode(model),
    twin: twin.byteLength > 0 ? BlendModel.decode(twin) : null,
    easeLambda,
    sources: {
      temporalRidge: ridge.byteLength > 0 ? TemporalRidgeModel.decode(ridge) : null,
      ials: ials.byteLength > 0 ? IalsModel.decode(ials, kernels) : null,
      ease: reader.u8() === 1 ? ItemRows.read(reader) : null,
    },
  };
  const basket = version === VERSION_WITHOUT_BASKET ? NOTHING : reader.block();
  return { ...decoded, basket: basket.byteLength > 0 ? decodeBasketSection(basket) : null };
}
