import { ByteReader } from '../../learn/byte-reader';
import { Cooccurrence } from '../../learn/cooccurrence';
import { IdTable } from '../../learn/id-table';
import { runTask, type ResumableTask } from '../../learn/resumable-task';
import { SHOP_MAGIC, SHOP_VERSION, SHOP_VERSION_WITHOUT_SESSIONS, FULL_STATE } from '../../live-state/shop-state';

/**
 * The part of a shop's state that EASE needs: the co-interest counts of the head (the products whose pairs are all
 * counted). Other parts are skipped in decoding.
 */
export class ShopHead {
  products = new IdTable();
  interest = new Cooccurrence();

  /** Decodes a checkpoint in steps. @throws Error for bytes of another format */
  static *decodeInSteps(bytes: Uint8Array): ResumableTask<ShopHead> {
    const head = new ShopHead();
    yield* head.loadInSteps(bytes);
    return head;
  }

  applyDelta(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.u8() === FULL_STATE) {
      runTask(this.loadInSteps(reader.block()));
      return;
    }
    reader.f64();
    this.products.readFrom(reader);
    this.interest.grow(this.products.size);
    this.interest.readChanges(reader);
  }

  private *loadInSteps(bytes: Uint8Array): ResumableTask<void> {
    const reader = new ByteReader(bytes);
    reader.expectHeader(SHOP_MAGIC, SHOP_VERSION, SHOP_VERSION_WITHOUT_SESSIONS);
    reader.f64();
    this.products = new IdTable();
    yield* this.products.readInSteps(reader);
    this.interest = yield* Cooccurrence.decodeHeadInSteps(reader);
  }
}
