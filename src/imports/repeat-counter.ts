import type { ImportLine } from './import-file';

/** Maximum number of distinct ids that are compared. It bounds the memory that a file can use. */
const MAX_IDS = 1_000_000;

/**
 * Counts the lines of a file whose product, or line of an order, an earlier line has too. The last of them counts, in
 * silence: it may be what is wanted, or a wrong id. Of more than a million ids, only the first ones are compared.
 */
export class RepeatCounter {
  private readonly ids = new Set<string>();
  count = 0;

  add(line: ImportLine): void {
    if ('product' in line) this.addIds([line.product.id]);
    else if ('order' in line) this.addIds(line.order.lines?.map(({ id }) => JSON.stringify([line.order.id, id])) ?? []);
  }

  private addIds(ids: readonly string[]): void {
    if (ids.some((id) => this.ids.has(id))) this.count++;
    for (const id of ids) if (this.ids.size < MAX_IDS) this.ids.add(id);
  }
}
