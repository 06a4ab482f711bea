import { catalogueProduct, type CatalogueProduct } from '../catalog/catalogue-product';
import { mergeProduct } from '../catalog/merge-product';
import type { ProductRecord } from '../catalog/product-record';
import type { ProductInput } from '../catalog/product.type';
import { type Format, createLineReader } from './formats';
import { readFileLines, UnreadableLine } from './lines';

/** A line that adds nothing to the catalogue, with the reason. */
export interface RejectedCatalogueLine {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads the products of a file. Returns them, sorted by id, in the form in which the catalogue would contain them after
 * `import`. Later lines of a product update it. For Online Retail, the products are aggregated from the lines of
 * invoices.
 * @param onRejected called for each line that can't be read or applied
 */
export async function readCatalogueFile(
  file: string,
  format: Format,
  onRejected: (line: RejectedCatalogueLine) => void,
): Promise<CatalogueProduct[]> {
  const reader = createLineReader(format === 'online-retail' ? 'events' : 'products', format);
  const records = new Map<string, ProductRecord>();
  const now = Date.now();
  const applyInput = (input: ProductInput): string | undefined => {
    const merged = mergeProduct(records.get(input.id), input, now);
    if ('code' in merged) return merged.message;
    records.set(input.id, merged);
    return undefined;
  };
  for await (const texts of readFileLines(file)) {
    for (const text of texts) {
      if (text instanceof UnreadableLine) {
        onRejected({ line: reader.skip(text), message: text.message });
        continue;
      }
      const parsedLine = reader.read(text);
      if (parsedLine === undefined || !('product' in parsedLine || 'rejected' in parsedLine)) continue;
      const message = 'rejected' in parsedLine ? parsedLine.message : applyInput(parsedLine.product);
      if (message !== undefined) onRejected({ line: parsedLine.line, message });
    }
  }
  for (const product of reader.products?.() ?? []) {
    const message = applyInput(product);
    if (message !== undefined) throw new Error(`Product ${product.id} was rejected: ${message}.`);
  }
  return [...records.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(catalogueProduct);
}
