import type { ImportLine } from './import-file.service';

/** Products that a file's lines name and the catalogue lacks. */
export interface UnknownProducts {
  /** Different ids; a lower bound where the file names more than {@link MAX_IDS}. */
  readonly count: number;
  /** Lines that name them; likewise. */
  readonly lines: number;
  /** The first few, in the order of the file. */
  readonly first: readonly string[];
}

/** Different ids that are looked up, so that a file can't fill the memory. */
const MAX_IDS = 1_000_000;
const MAX_FIRST = 5;
const IDS_AT_ONCE = 10_000;

/** The product ids that the events and orders of a file name, in the order of the file. */
export class ProductMentions {
  private readonly lines = new Map<string, number>();

  add(line: ImportLine): void {
    if ('event' in line) this.mention(line.event.productId);
    else if ('order' in line)
      for (const id of new Set(line.order.lines?.map((each) => each.productId))) this.mention(id);
  }

  /** @param missing of some ids, those that are not in the catalogue */
  async unknown(missing: (ids: readonly string[]) => Promise<readonly string[]>): Promise<UnknownProducts> {
    const ids = [...this.lines.keys()];
    const unknown: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE)
      unknown.push(...(await missing(ids.slice(at, at + IDS_AT_ONCE))));
    const lines = unknown.reduce((sum, id) => sum + (this.lines.get(id) ?? 0), 0);
    return { count: unknown.length, lines, first: unknown.slice(0, MAX_FIRST) };
  }

  /** Different ids that were named. */
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
