import { BLOCK, BLOCK_WORDS } from './posting-list';
import type { LightList, ScoredList } from './scored-list';

/** So many lists are told apart, the best of them; any document may be in all others. */
const TOLD_APART = 3;

/**
 * The documents of a block that are in so many, and so good, lists that they may be above a floor: the WAND of what lists add at most
 * (Broder et al., "Efficient query evaluation using a two-level retrieval process", CIKM 2003), of 32 documents at a time. What a heavy
 * list adds at most is told apart for its best documents and the others.
 */
export class WeakAnd {
  /** By list: its documents, where they are no bits. */
  private readonly marked = Array.from({ length: TOLD_APART }, () => new Uint32Array(BLOCK_WORDS));
  /** By list: those that may be above the floor if they are in it. */
  private readonly within = Array.from({ length: TOLD_APART }, () => new Uint32Array(BLOCK_WORDS));
  private readonly words: Uint32Array[] = [];
  private readonly highs: Uint32Array[] = [];
  /** By list: what it adds at most to a document that is not one of its best. */
  private readonly low = new Float64Array(TOLD_APART);
  private readonly wordsFrom = new Uint32Array(TOLD_APART);
  /** By list: what it and those behind it add at most. */
  private readonly rest = new Float64Array(TOLD_APART + 1);
  private maxima: Float64Array = new Float64Array();
  private told = 0;
  private width = 0;

  /**
   * @param lists the best first, in the order in which blocks are asked about
   * @param maxima by list: what it adds in the block at most
   * @param width of the block in words: the last one is shorter
   * @param into the block's bits
   */
  find(
    lists: readonly ScoredList[],
    maxima: Float64Array,
    block: number,
    width: number,
    floor: number,
    into: Uint32Array,
  ): void {
    this.maxima = maxima;
    this.width = width;
    this.told = Math.min(lists.length, TOLD_APART);
    let need = floor;
    for (let i = this.told; i < lists.length; i++) need -= maxima[i];
    if (need < 0) return void into.fill(0xffffffff);
    this.rest[this.told] = 0;
    for (let i = this.told - 1; i >= 0; i--) {
      this.open(lists[i], i, block);
      this.rest[i] = this.rest[i + 1] + maxima[i];
    }
    if (!this.above(0, need, into)) into.fill(0);
  }

  private open(list: ScoredList, place: number, block: number): void {
    if (list.kind === 'light') this.words[place] = marks(list, block, this.marked[place]);
    else this.words[place] = list.kind === 'heavy' ? list.heavy.words : list.bits;
    this.highs[place] = list.kind === 'heavy' ? list.heavy.highs : this.words[place];
    this.low[place] = list.kind === 'heavy' ? list.heavy.bar * list.scale : Infinity;
    const from = list.kind === 'heavy' ? list.heavy.wordsFrom : 0;
    this.wordsFrom[place] = list.kind === 'light' ? 0 : from + block * BLOCK_WORDS;
  }

  /**
   * Those to which lists from a place on may add more than is needed, which is not below 0.
   * @returns whether there may be any; else nothing is written
   */
  private above(place: number, need: number, into: Uint32Array): boolean {
    if (this.rest[place] <= need) return false;
    const rest = this.rest[place + 1];
    const high = this.maxima[place];
    const low = Math.min(high, this.low[place]);
    let isBegun = this.above(place + 1, need, into);
    if (rest + low > need) isBegun = this.join(this.words[place], place, need - low, into, isBegun);
    if (low < high) isBegun = this.join(this.highs[place], place, need - high, into, isBegun);
    return isBegun;
  }

  /** Also those of a list, or of the best of it, to which the lists behind it may add what is needed then. */
  private join(words: Uint32Array, place: number, need: number, into: Uint32Array, isBegun: boolean): boolean {
    const { width } = this;
    const from = this.wordsFrom[place];
    const within = this.within[place];
    if (need < 0) within.fill(0xffffffff);
    else if (!this.above(place + 1, need, within)) return isBegun;
    if (isBegun) for (let word = 0; word < width; word++) into[word] |= words[from + word] & within[word];
    else for (let word = 0; word < width; word++) into[word] = words[from + word] & within[word];
    return true;
  }
}

/** The list is where it was afterwards. */
function marks(list: LightList, block: number, into: Uint32Array): Uint32Array {
  const from = block * BLOCK;
  list.seek(from);
  const { docs, end } = list;
  into.fill(0);
  for (let at = list.at; at < end && docs[at] < from + BLOCK; at++)
    into[(docs[at] - from) >>> 5] |= 1 << (docs[at] & 31);
  return into;
}
