import type { ImportLine } from './import-file.service';

/** Products that the lines of a file name but the catalogue does not have. */
export interface UnknownProducts {
  /** Number of distinct ids; a lower bound if the file names more than {@link MAX_IDS}. */
  readonly count: number;
  /** Number of lines that name these products; a lower bound in the same case. */
  readonly lines: number;
  /** The first few of these ids, in the order of the file. */
  readonly first: readonly string[];
}

/** Maximum number of distinct ids that are looked up. It bounds the memory that a file can use. */
const MAX_IDS = 1_000_000;
const MAX_FIRST = 5;
const IDS_PER_LOOKUP = 10_000;

/** Collects the product ids that the events and orders of a file name, in the order of the file. */
export class ProductMentions {
  private readonly lines = new Map<string, number>();

  add(line: ImportLine): void {
    if ('event' in line) this.mention(line.event.productId);
    else if ('order' in line)
      for (const id of new Set(line.order.lines?.map((each) => each.productId))) this.mention(id);
  }

  /** @param missing returns the given ids that are not in the catalogue */
  async findUnknown(missing: (ids: readonly string[]) => Promise<readonly string[]>): Promise<UnknownProducts> {
    const ids = [...this.lines.keys()];
    const unknown: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_PER_LOOKUP)
      unknown.push(...(await missing(ids.slice(at, at + IDS_PER_LOOKUP))));
    const lines = unknown.reduce((sum, id) => sum + (this.lines.get(id) ?? 0), 0);
    return { count: unknown.length, lines, first: unknown.slice(0, MAX_FIRST) };
  }

  /** Number of distinct ids. */
  get count(): number {
    return this.lines.size;
  }

  private mention(id: string | null | undefined): void {
    if (id == null) return;
    const lines = this.lines.get(id);
    if (lines !== undefined) this.lines.set(id, lines + 1);
    else if (this.lines.size < MAX_IDS) this.lines.set(id, 1);
  }
}
