import { ProductInput } from '../catalog/product.type';
import type { ImportLine, LineReader } from './import-file';
import { isRejected, jsonLineParser } from './json-line';

const parse = jsonLineParser(ProductInput);

/** Reads products from JSON lines: one object per line with the fields of GraphQL's `ProductInput`. */
export class JsonlProducts implements LineReader {
  private line = 0;

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const input = parse(text);
    return isRejected(input) ? { line, ...input } : { line, product: input };
  }

  skip(): number {
    return ++this.line;
  }
}
