/** Rows that are collected before they are added: with them, 114 columns fit into a first-level cache of 32 KiB. */
const PANEL_ROWS = 32;
/** The sums of 2 × 4 cells stay in registers, so each value that is read is used at least twice. */
const TILE_ROWS = 2;
const TILE_COLUMNS = 4;

/**
 * Adds up w · x xᵀ of dense rows x, a panel of rows at a time: several times as fast as adding each row's products to the
 * sum (Goto & van de Geijn, Anatomy of high-performance matrix multiplication, 2008).
 */
export class OuterProducts {
  /** The collected rows, each multiplied by √w, stored by column. */
  private readonly panel: Float64Array;
  private collected = 0;

  /**
   * @param columns length of each row
   * @param sum columns × columns, to whose lower triangle the products are added: some of them only by {@link flush}
   */
  constructor(
    private readonly columns: number,
    private readonly sum: Float64Array,
  ) {
    this.panel = new Float64Array((columns + TILE_COLUMNS) * PANEL_ROWS);
  }

  /** @param weight ≥ 0 */
  add(row: Float64Array, weight: number): void {
    const { panel, columns, collected } = this;
    const root = Math.sqrt(weight);
    for (let c = 0; c < columns; c++) panel[c * PANEL_ROWS + collected] = root * row[c];
    this.collected++;
    if (this.collected === PANEL_ROWS) this.flush();
  }

  /** Adds the rows that are still collected. */
  flush(): void {
    const { panel, columns, sum, collected } = this;
    if (collected === 0) return;
    for (let a = 0; a < columns; a += TILE_ROWS) {
      for (let b = 0; b <= a; b += TILE_COLUMNS) addTile(panel, collected, a, b, columns, sum);
    }
    this.collected = 0;
  }
}

/** Adds the products of columns a and a + 1 with columns b to b + 3, as far as these cells are in the lower triangle. */
function addTile(panel: Float64Array, rows: number, a: number, b: number, columns: number, sum: Float64Array): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  const a0 = a * PANEL_ROWS;
  const a1 = a0 + PANEL_ROWS;
  const b0 = b * PANEL_ROWS;
  const b1 = b0 + PANEL_ROWS;
  const b2 = b1 + PANEL_ROWS;
  const b3 = b2 + PANEL_ROWS;
  for (let r = 0; r < rows; r++) {
    const x0 = panel[a0 + r];
    const x1 = panel[a1 + r];
    const y0 = panel[b0 + r];
    const y1 = panel[b1 + r];
    const y2 = panel[b2 + r];
    const y3 = panel[b3 + r];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  const top = a * columns + b;
  sum[top] += s00;
  if (b + 1 <= a) sum[top + 1] += s01;
  if (b + 2 <= a) sum[top + 2] += s02;
  if (b + 3 <= a) sum[top + 3] += s03;
  if (a + 1 === columns) return;
  const bottom = top + columns;
  sum[bottom] += s10;
  if (b + 1 <= a + 1) sum[bottom + 1] += s11;
  if (b + 2 <= a + 1) sum[bottom + 2] += s12;
  if (b + 3 <= a + 1) sum[bottom + 3] += s13;
}
