import type { ImportLine } from './import-file';

/** Products that the lines of a file name but the catalogue does not have. */
export interface UnknownProducts {
  /** Number of distinct ids; a lower bound if the file names more than {@link MAX_IDS} ids. */
  readonly count: number;
  /** Number of lines that name these products; a lower bound if the file names more than {@link MAX_IDS} ids. */
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
  private readonly lineCounts = new Map<string, number>();

  add(line: ImportLine): void {
    if ('event' in line) this.mention(line.event.productId);
    else if ('order' in line)
      for (const id of new Set(line.order.lines?.map((each) => each.productId))) this.mention(id);
  }

  /** @param findMissing returns the given ids that are not in the catalogue */
  async findUnknown(findMissing: (ids: readonly string[]) => Promise<readonly string[]>): Promise<UnknownProducts> {
    const ids = [...this.lineCounts.keys()];
    const unknown: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_PER_LOOKUP)
      unknown.push(...(await findMissing(ids.slice(at, at + IDS_PER_LOOKUP))));
    const lines = unknown.reduce((sum, id) => sum + (this.lineCounts.get(id) ?? 0), 0);
    return { count: unknown.length, lines, first: unknown.slice(0, MAX_FIRST) };
  }

  /** Number of distinct ids. */
  get count(): number {
    return this.lineCounts.size;
  }

  private mention(id: string | null | undefined): void {
    if (id == null) return;
    const lines = this.lineCounts.get(id);
    if (lines !== undefined) this.lineCounts.set(id, lines + 1);
    else if (this.lineCounts.size < MAX_IDS) this.lineCounts.set(id, 1);
  }
}
