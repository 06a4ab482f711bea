import { countOmittedFacetValues } from '../search/document/attribute-facet-values';
import type { ImportLine } from './import-file';

/**
 * Counts of the attribute values that search facets omit for one reason: they are too long, or too many. Search still
 * finds the words in these values.
 */
export interface OmittedFacetValues {
  readonly values: number;
  /** Number of lines whose product has such values. */
  readonly products: number;
  /** The ids of the first few of these products, in the order of the file. */
  readonly first: readonly string[];
}

export interface FacetLimitReport {
  readonly tooLong: OmittedFacetValues;
  readonly tooMany: OmittedFacetValues;
}

const MAX_FIRST = 5;

/** Counts the attribute values of a file's products that exceed the limits of facets. */
export class FacetLimitCounter {
  private readonly tooLong = new OmittedValueCounter();
  private readonly tooMany = new OmittedValueCounter();

  add(line: ImportLine): void {
    if (!('product' in line) || line.product.attributes == null) return;
    const { tooLong, tooMany } = countOmittedFacetValues(line.product.attributes);
    this.tooLong.add(line.product.id, tooLong);
    this.tooMany.add(line.product.id, tooMany);
  }

  result(): FacetLimitReport {
    return { tooLong: this.tooLong.result(), tooMany: this.tooMany.result() };
  }
}

class OmittedValueCounter {
  private values = 0;
  private products = 0;
  private readonly first = new Set<string>();

  add(id: string, values: number): void {
    if (values === 0) return;
    this.values += values;
    this.products++;
    if (this.first.size < MAX_FIRST) this.first.add(id);
  }

  result(): OmittedFacetValues {
    return { values: this.values, products: this.products, first: [...this.first] };
  }
}
