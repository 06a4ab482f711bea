import { hasBit } from './bitmap';
import { type HeavyPart, type PostingList, rankOf } from './posting-list';

/** What a clause adds to the scores of a segment's documents, as whole numbers. One of three kinds. */
export type ScoredList = LightList | HeavyList | MergedList;

interface Scored {
  /** What was asked for in order may be asked for again. */
  rewind(): void;
  /** Documents, deleted ones included. */
  readonly count: number;
  /** The most that it adds to any. */
  readonly maximum: number;
}

/** One posting list of document numbers. */
export class LightList implements Scored {
  readonly kind = 'light';
  readonly count: number;
  readonly maximum: number;
  readonly docs: Uint32Array;
  /** Where the list ends in `docs`. */
  readonly end: number;
  readonly impacts: Uint16Array;
  /** What leads from a place in `docs` to that in `impacts`. */
  readonly shift: number;
  /** Where in `docs` the next document is looked for: documents are asked for in ascending order. */
  at: number;

  constructor(
    readonly list: PostingList,
    readonly scale: number,
  ) {
    this.count = list.count;
    this.maximum = list.maximum * scale;
    this.docs = list.docs;
    this.at = list.docsFrom;
    this.end = list.docsFrom + list.count;
    this.impacts = list.impacts;
    this.shift = list.impactsFrom - list.docsFrom;
  }

  /** Goes to the first document that is not below, by steps of doubling length (Bentley & Yao 1976). */
  seek(doc: number): void {
    const { docs, end } = this;
    let { at } = this;
    if (at >= end || docs[at] >= doc) return;
    let step = 1;
    while (at + step < end && docs[at + step] < doc) {
      at += step;
      step *= 2;
    }
    let high = Math.min(end, at + step);
    at++;
    while (at < high) {
      const middle = (at + high) >>> 1;
      if (docs[middle] < doc) at = middle + 1;
      else high = middle;
    }
    this.at = at;
  }

  /** 0 where the document is not in the list. Documents come in ascending order. */
  probe(doc: number): number {
    this.seek(doc);
    return this.at < this.end && this.docs[this.at] === doc ? this.impacts[this.at + this.shift] * this.scale : 0;
  }

  /** Documents may be asked for from the first on again. */
  rewind(): void {
    this.at = this.list.docsFrom;
  }

  /** The same, in any order. */
  valueOf(doc: number): number {
    const posting = this.list.find(doc);
    return posting < 0 ? 0 : this.impacts[this.list.impactsFrom + posting] * this.scale;
  }
}

/** One posting list of bits. */
export class HeavyList implements Scored {
  readonly kind = 'heavy';
  readonly count: number;
  readonly maximum: number;
  readonly heavy: HeavyPart;
  readonly impacts: Uint16Array;
  readonly impactsFrom: number;

  constructor(
    readonly list: PostingList,
    readonly scale: number,
  ) {
    this.count = list.count;
    this.maximum = list.maximum * scale;
    this.heavy = list.heavy as HeavyPart;
    this.impacts = list.impacts;
    this.impactsFrom = list.impactsFrom;
  }

  probe(doc: number): number {
    const rank = rankOf(this.heavy, doc);
    return rank < 0 ? 0 : this.impacts[this.impactsFrom + rank] * this.scale;
  }

  rewind(): void {}

  valueOf(doc: number): number {
    return this.probe(doc);
  }
}

/** The best of several posting lists, laid out by document. */
export class MergedList implements Scored {
  readonly kind = 'merged';
  maximum = 0;
  count = 0;

  /**
   * @param bits the documents: none at first
   * @param values by document, with anything in it where the bit is not set
   */
  constructor(
    readonly bits: Uint32Array,
    readonly values: Uint32Array,
  ) {}

  add(list: PostingList, scale: number): void {
    this.maximum = Math.max(this.maximum, list.maximum * scale);
    const { impacts } = list;
    if (list.heavy === null) {
      const { docs } = list;
      const shift = list.impactsFrom - list.docsFrom;
      for (let at = list.docsFrom; at < list.docsFrom + list.count; at++)
        this.offer(docs[at], impacts[at + shift] * scale);
      return;
    }
    const { words, wordsFrom } = list.heavy;
    const end = list.impactsFrom + list.count;
    for (let word = 0, at = list.impactsFrom; at < end; word++)
      for (let rest = words[wordsFrom + word]; rest !== 0; rest &= rest - 1)
        this.offer((word << 5) + 31 - Math.clz32(rest & -rest), impacts[at++] * scale);
  }

  private offer(doc: number, value: number): void {
    const { bits, values } = this;
    const word = doc >>> 5;
    const bit = 1 << (doc & 31);
    if ((bits[word] & bit) === 0) {
      bits[word] |= bit;
      values[doc] = value;
      this.count++;
    } else if (value > values[doc]) values[doc] = value;
  }

  probe(doc: number): number {
    return hasBit(this.bits, doc) ? this.values[doc] : 0;
  }

  rewind(): void {}

  valueOf(doc: number): number {
    return this.probe(doc);
  }
}
