import type { ProductInput } from '../catalog/product.type';
import { OnlineRetailReader } from '../events/import/online-retail';
import type { ImportLine, LineReader } from './import-file.service';

/** Online Retail's lines as events, and the products that they add up to. */
export class OnlineRetailEvents implements LineReader {
  private readonly reader = new OnlineRetailReader();
  private newest = 0;

  read(text: string): ImportLine | undefined {
    const line = this.reader.read(text);
    if (line && 'event' in line && line.event.occurredAt > this.newest) this.newest = line.event.occurredAt;
    return line;
  }

  /** As of the file's newest line, so that importing it again is no news. */
  products(): ProductInput[] {
    const updatedAt = new Date(this.newest);
    return this.reader.products().map(({ id, title, price }) => ({
      id,
      title,
      price: price === null ? null : { amount: price, currency: 'GBP' },
      updatedAt,
    }));
  }
}
