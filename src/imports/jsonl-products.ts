import { z } from 'zod';
import { AVAILABILITIES } from '../catalog/product-record';
import { moneySchema, isoTimeSchema } from '../events/event-json';
import type { ImportLine, LineReader } from './import-file';
import { isRejected, parseJsonLine } from './json-line';

const product = z.strictObject({
  id: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  imageUrls: z.array(z.string()).nullish(),
  price: moneySchema.nullish(),
  listPrice: moneySchema.nullish(),
  brand: z.string().nullish(),
  categories: z.array(z.string()).nullish(),
  groupId: z.string().nullish(),
  language: z.string().nullish(),
  availability: z.enum(AVAILABILITIES).nullish(),
  stock: z.int().nullish(),
  rating: z.number().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  publishedAt: isoTimeSchema.nullish(),
  updatedAt: isoTimeSchema.nullish(),
});

export const PRODUCT_FIELDS: readonly string[] = Object.keys(product.shape);

/** Reads products from JSON lines: one object per line with the fields of GraphQL's `ProductInput`. */
export class JsonlProducts implements LineReader {
  private line = 0;

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parseJsonLine(text, product);
    return isRejected(input) ? { line, ...input } : { line, product: input };
  }
}
