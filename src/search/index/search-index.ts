import { finished, type Steps } from '../turns/steps';
import { BaseView } from './base-view';
import { columnOf, Columns } from './columns';
import type { ValueCounts } from './facet-request';
import { FacetSpace } from './facet-space';
import { LiveSegment } from './live-segment';
import { FieldMatcher, type MatchedFields, nothingMatched } from './matched-fields';
import type { MergeInput } from './merge';
import type { SearchDocument } from './search-document';
import type { TextQuery } from './query';
import { Searcher } from './search';
import type { Searched, SearchRequest, SearchResult } from './search-request';
import type { Segment } from './segment';
import { SegmentBuilder } from './segment-builder';
import type { FormCount, SegmentView } from './segment-view';
import type { IndexSettings } from './settings';

/**
 * A search index that changes: an immutable base segment, and a live one that takes what comes since. Answers are those of one segment
 * built from all documents in the order in which they were last put, but that the average lengths of fields are those of
 * the base segment until it is merged with the live one.
 *
 * Merging is work of seconds and not done here: {@link startMerge} says what there is to merge, `merge` does it on a thread of
 * its own, {@link finishMerge} swaps. Documents may be put, deleted and searched meanwhile.
 */
export class SearchIndex {
  readonly settings: IndexSettings;
  private base: BaseView;
  /** What is being merged. */
  private frozen: LiveSegment | undefined;
  private live: LiveSegment;
  private spaces: readonly FacetSpace[];
  /** Ids deleted from base and frozen segment since the merge was started. */
  private deletedSince: string[] = [];
  private readonly searcher = new Searcher();
  private readonly stepSearcher = new Searcher();

  /** @param base what there is at first; else the index is empty */
  constructor(settings: IndexSettings, base: Segment = new SegmentBuilder(settings).finish()) {
    this.settings = settings;
    this.base = new BaseView(base);
    this.live = new LiveSegment(settings, base.header.averageLengths);
    this.spaces = spacesOf(this.base);
  }

  /** Documents. */
  get size(): number {
    return this.views().reduce((sum, { documents, deletedCount }) => sum + documents - deletedCount, 0);
  }

  /** What the next merge would take care of: documents that came, and those that went, since the last one. */
  get unmerged(): number {
    return this.live.documents + this.base.deletedCount;
  }

  /**
   * Adds a document, or puts it in the place of the one with its id. It is found from now on.
   * @returns those of its surface forms that nothing has had that was put since the last merge was started; good until the next is put
   */
  put(document: SearchDocument): readonly string[] {
    this.delete(document.id);
    const doc = this.live.put(document, this.spaces);
    this.countFacets(this.live, doc, 1);
    return this.live.fresh;
  }

  /** The value of a numeric column; undefined where there is no such document. @throws SearchRefused for an unknown name */
  numberOf(id: string, name: string): number | undefined {
    const column = columnOf(this.settings.numbers, name);
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc >= 0) return view.numbers[column][doc];
    }
    return undefined;
  }

  /**
   * Gives a document other numbers and leaves the rest of it, its place among equals included.
   * @returns false where there is no such document, or it is being merged: it has to be put as a whole
   */
  renumber(id: string, numbers: SearchDocument['numbers']): boolean {
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc < 0) continue;
      if (this.frozen !== undefined && view !== this.live) return false;
      this.settings.numbers.forEach((name, i) => (view.numbers[i][doc] = numbers[name] ?? NaN));
      return true;
    }
    return false;
  }

  /** @returns whether there was such a document */
  delete(id: string): boolean {
    for (const view of this.views()) {
      const doc = view.find(id);
      if (doc < 0) continue;
      this.countFacets(view, doc, -1);
      view.delete(doc);
      if (this.frozen !== undefined && view !== this.live) this.deletedSince.push(id);
      return true;
    }
    return false;
  }

  /** @throws SearchRefused */
  search(request: SearchRequest): SearchResult {
    return finished(this.searcher.search(this.searched(), request));
  }

  /**
   * The same in steps, each of a few milliseconds at the most. Until the last of them nothing may be put, deleted or renumbered, and no
   * other search be begun in steps; {@link search} may be asked.
   * @throws SearchRefused
   */
  steps(request: SearchRequest): Steps<SearchResult> {
    return this.stepSearcher.search(this.searched(), request);
  }

  /**
   * Where documents have the words of a query: by id, what is good until the next one is asked for. Only in the same turn, and nothing
   * of what is not there or where no word is asked for.
   */
  matchedFields(query: TextQuery | null): (id: string) => MatchedFields {
    const nothing = nothingMatched(this.settings.fields.length);
    if (query === null) return () => nothing;
    const views = this.views();
    const matchers: FieldMatcher[] = [];
    return (id) => {
      for (const [at, view] of views.entries()) {
        const doc = view.find(id);
        if (doc >= 0) return (matchers[at] ??= new FieldMatcher(query, view, this.settings.fields.length)).of(doc);
      }
      return nothing;
    };
  }

  /** The columns of each segment, as filters and rankings see them. */
  columns(): Columns[] {
    return this.views().map((view) => new Columns(this.settings, view, this.spaces));
  }

  /** The values of a facet and how many documents have each, the most frequent first. @throws SearchRefused */
  valuesOf(facet: string, most: number): readonly { readonly value: string; readonly count: number }[] {
    const { facets } = this.search({ query: null, facets: [{ facet, limit: most }], limit: 0 });
    return (facets[0] as ValueCounts).values;
  }

  /**
   * Surface forms that begin so, ascending, with the terms that they lead to: what spelling and suggestions are made of. The numbers
   * of documents are exact for a base segment as it was built; later deletions are not subtracted.
   */
  forms(prefix = ''): FormCount[] {
    return mergedForms(this.views().map((view) => view.forms(prefix))).sort((a, b) =>
      a.surface !== b.surface ? (a.surface < b.surface ? -1 : 1) : a.term < b.term ? -1 : 1,
    );
  }

  /** Those of {@link forms} that most documents have, most first. */
  frequentForms(prefix: string, most: number): FormCount[] {
    return mergedForms(this.views().map((view) => view.forms(prefix, most)))
      .sort((a, b) => b.documents - a.documents || (a.surface < b.surface ? -1 : 1))
      .slice(0, most);
  }

  /** What was last merged: what the next merge starts from. */
  get baseSegment(): Segment {
    return this.base.segment;
  }

  /**
   * Sets aside what there is to merge. Called again before {@link finishMerge} (the thread has failed), it gives up the first merge
   * and starts it anew: what that one would have made must not be handed in any more.
   * @returns what `merge` needs beside {@link baseSegment}; may be sent to another thread
   */
  startMerge(): MergeInput {
    if (this.frozen === undefined) {
      this.frozen = this.live;
      this.live = new LiveSegment(this.settings, this.base.segment.header.averageLengths);
    }
    this.deletedSince = [];
    return {
      documents: this.frozen.logged,
      deleted: this.frozen.deleted.slice(),
      deletedFromBase: this.base.deleted.slice(),
    };
  }

  /** Puts what was merged in the place of what it was merged from. @throws Error if no merge is under way */
  finishMerge(merged: Segment): void {
    if (this.frozen === undefined) throw new Error('no merge is under way');
    this.base = new BaseView(merged);
    this.frozen = undefined;
    const before = this.spaces;
    this.spaces = spacesOf(this.base);
    this.live.rescale(merged.header.averageLengths);
    this.live.facets.forEach((column, i) => column.renumber((slot) => this.spaces[i].intern(before[i].valueAt(slot))));
    for (let doc = 0; doc < this.live.documents; doc++) if (this.live.isLeft(doc)) this.countFacets(this.live, doc, 1);
    for (const id of this.deletedSince) {
      const doc = this.base.find(id);
      this.countFacets(this.base, doc, -1);
      this.base.delete(doc);
    }
    this.deletedSince = [];
  }

  private searched(): Searched {
    const views = this.views().filter(({ documents }, i) => i === 0 || documents > 0);
    return { settings: this.settings, views, spaces: this.spaces };
  }

  private views(): SegmentView[] {
    return this.frozen === undefined ? [this.base, this.live] : [this.base, this.frozen, this.live];
  }

  private countFacets(view: SegmentView, doc: number, change: number): void {
    view.facets.forEach((column, facet) => {
      const slots = column.slotsOf(doc);
      const { totals } = this.spaces[facet];
      for (let i = 0; i < slots.length; i++) totals[slots[i]] += change;
    });
  }
}

/** A form of several segments is one. */
function mergedForms(lists: readonly (readonly FormCount[])[]): FormCount[] {
  const counts = new Map<string, FormCount>();
  for (const form of lists.flat()) {
    const key = JSON.stringify([form.surface, form.term]);
    counts.set(key, { ...form, documents: form.documents + (counts.get(key)?.documents ?? 0) });
  }
  return [...counts.values()];
}

/** The values of a base segment, and how many documents have each. */
function spacesOf({ segment }: BaseView): FacetSpace[] {
  return segment.facets.map(({ column, values }) => new FacetSpace(values, column));
}
