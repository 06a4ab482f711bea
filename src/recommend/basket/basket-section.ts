import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { BasketModel } from './basket-model';
import { OrderAffinities } from './order-affinities';

const EMPTY = new Uint8Array();

/**
 * The part of a ranker version that ranks baskets: the served model, and the holdout model, which is compared with the
 * next version.
 */
export interface BasketSection {
  readonly model: BasketModel;
  /** How strongly products of one order belong together, as of the fit. The model's features include these scores. */
  readonly affinities: OrderAffinities | null;
  /** The model fitted only on data before the newest window, which is held out for comparisons. */
  readonly holdoutModel: BasketModel;
}

export function encodeBasketSection({ model, affinities, holdoutModel }: BasketSection): Uint8Array {
  const writer = new ByteWriter();
  for (const block of [model.encode(), holdoutModel.encode(), affinities?.encode() ?? EMPTY]) writer.block(block);
  return writer.finish();
}

/** @throws Error for bytes of another kind or version, and for truncated bytes */
export function decodeBasketSection(bytes: Uint8Array): BasketSection {
  const reader = new ByteReader(bytes);
  const [model, holdout, affinities] = [reader.block(), reader.block(), reader.block()];
  return {
    model: BasketModel.decode(model),
    holdoutModel: BasketModel.decode(holdout),
    affinities: affinities.byteLength > 0 ? OrderAffinities.decode(affinities) : null,
  };
}
