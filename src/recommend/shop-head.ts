import { ByteReader } from '../learn/byte-reader';
import { Cooccurrence } from '../learn/cooccurrence';
import { IdTable } from '../learn/id-table';
import { runTask, type ResumableTask } from '../learn/resumable-task';
import { SHOP_MAGIC, SHOP_VERSION, WHOLE } from './shop-state';

/** Of a shop's state, what EASE is made of: who is interested in which pairs of the head's products. The rest is not read. */
export class ShopHead {
  products = new IdTable();
  interest = new Cooccurrence();

  /** In steps. @throws Error for bytes of another format */
  static *decoding(bytes: Uint8Array): ResumableTask<ShopHead> {
    const head = new ShopHead();
    yield* head.loading(bytes);
    return head;
  }

  applyDelta(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.u8() === WHOLE) {
      runTask(this.loading(reader.block()));
      return;
    }
    reader.f64();
    this.products.readFrom(reader);
    this.interest.grow(this.products.size);
    this.interest.readChanges(reader);
  }

  private *loading(bytes: Uint8Array): ResumableTask<void> {
    const reader = new ByteReader(bytes);
    reader.expectHeader(SHOP_MAGIC, SHOP_VERSION);
    reader.f64();
    this.products = new IdTable();
    this.products.readFrom(reader);
    yield;
    this.interest = yield* Cooccurrence.decodingHead(reader);
  }
}
