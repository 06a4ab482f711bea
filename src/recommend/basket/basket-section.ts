import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { BasketModel } from './basket-model';
import { OrderAffinities } from './order-affinities';

const NOTHING = new Uint8Array();

/** The basket ranker in a version of the blend: what answers, and what the next candidate is compared with. */
export interface BasketSection {
  readonly model: BasketModel;
  /** What goes together in an order, as of the fit: the model was fitted over its scores. */
  readonly affinities: OrderAffinities | null;
  /** Fitted on what came before the held-out time. */
  readonly twin: BasketModel;
}

export function encodeBasketSection({ model, affinities, twin }: BasketSection): Uint8Array {
  const writer = new ByteWriter();
  for (const block of [model.encode(), twin.encode(), affinities?.encode() ?? NOTHING]) writer.block(block);
  return writer.finish();
}

/** @throws Error for bytes of another program, or another version of this one */
export function decodeBasketSection(bytes: Uint8Array): BasketSection {
  const reader = new ByteReader(bytes);
  const [model, twin, affinities] = [reader.block(), reader.block(), reader.block()];
  return {
    model: BasketModel.decode(model),
    twin: BasketModel.decode(twin),
    affinities: affinities.byteLength > 0 ? OrderAffinities.decode(affinities) : null,
  };
}
