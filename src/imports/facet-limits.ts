import { valuesBeyondFacets } from '../search/document/attribute-value';
import type { ImportLine } from './import-file.service';

/** Attribute values that facets omit for one reason. Search still finds their words. */
export interface ValuesLeftOut {
  readonly values: number;
  /** Number of lines with such values. */
  readonly products: number;
  /** The ids of the first few products, in the order of the file. */
  readonly first: readonly string[];
}

export interface BeyondFacets {
  readonly tooLong: ValuesLeftOut;
  readonly tooMany: ValuesLeftOut;
}

const MAX_FIRST = 5;

/** Counts the attribute values of a file's products that exceed the limits of facets. */
export class FacetLimits {
  private readonly tooLong = new LeftOut();
  private readonly tooMany = new LeftOut();

  add(line: ImportLine): void {
    if (!('product' in line) || line.product.attributes == null) return;
    const { tooLong, tooMany } = valuesBeyondFacets(line.product.attributes);
    this.tooLong.add(line.product.id, tooLong);
    this.tooMany.add(line.product.id, tooMany);
  }

  result(): BeyondFacets {
    return { tooLong: this.tooLong.result(), tooMany: this.tooMany.result() };
  }
}

class LeftOut {
  private values = 0;
  private products = 0;
  private readonly first = new Set<string>();

  add(id: string, values: number): void {
    if (values === 0) return;
    this.values += values;
    this.products++;
    if (this.first.size < MAX_FIRST) this.first.add(id);
  }

  result(): ValuesLeftOut {
    return { values: this.values, products: this.products, first: [...this.first] };
  }
}
