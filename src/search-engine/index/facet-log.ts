import type { Sections } from './sections';
import { type BaseFacetColumn, MultiFacetColumn, SingleFacetColumn } from './facet-column';
import { StringTable } from './string-table';

/** The values of one facet by document. It is plain data, so it can be sent to another thread. */
export interface FacetLog {
  /** By value: its number. Values are numbered in the order in which they first appear. */
  readonly numbers: Map<string, number>;
  /** By document: where its values begin in `members`; the last entry is the end. */
  readonly starts: number[];
  readonly members: number[];
}

export const emptyFacetLog = (): FacetLog => ({ numbers: new Map(), starts: [0], members: [] });

/** Appends a document. @param values the document's values of the facet */
export function appendFacetValues({ numbers, starts, members }: FacetLog, values: readonly string[]): void {
  for (const value of values) {
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(value, number);
    }
    members.push(number);
  }
  starts.push(members.length);
}

/** Returns a facet as sections (typed arrays by name) of a base segment. Its values are numbered in ascending order. */
export function facetSections({ numbers, starts: logged, members: unordered }: FacetLog, name: string): Sections {
  const values = [...numbers.keys()].sort();
  const slots = new Uint32Array(values.length);
  values.forEach((value, slot) => (slots[numbers.get(value) as number] = slot));
  const members = Uint32Array.from(unordered, (number) => slots[number]);
  const starts = Uint32Array.from(logged);
  const table = StringTable.of(values);
  const lists = documentsByValue(starts, members, values.length);
  const maxValues = starts.reduce((max, start, doc) => (doc === 0 ? max : Math.max(max, start - starts[doc - 1])), 0);
  return {
    [`${name}.chars`]: table.chars,
    [`${name}.charStarts`]: table.starts,
    [`${name}.listStarts`]: lists.starts,
    [`${name}.listDocs`]: lists.docs,
    ...(maxValues > 1
      ? { [`${name}.starts`]: starts, [`${name}.members`]: members }
      : { [`${name}.column`]: singleValueColumn(starts, members, values.length) }),
  };
}

/** Returns the documents of each value: those of value v are `docs[starts[v]]` to `docs[starts[v + 1] - 1]`. */
function documentsByValue(starts: Uint32Array, members: Uint32Array, values: number) {
  const valueStarts = new Uint32Array(values + 1);
  for (let at = 0; at < members.length; at++) valueStarts[members[at] + 1]++;
  for (let value = 0; value < values; value++) valueStarts[value + 1] += valueStarts[value];
  const next = valueStarts.slice();
  const docs = new Uint32Array(members.length);
  for (let doc = 0; doc < starts.length - 1; doc++)
    for (let at = starts[doc]; at < starts[doc + 1]; at++) docs[next[members[at]]++] = doc;
  return { starts: valueStarts, docs };
}

function singleValueColumn(starts: Uint32Array, members: Uint32Array, values: number): Uint16Array | Uint32Array {
  const column = values < 0xffff ? new Uint16Array(starts.length - 1) : new Uint32Array(starts.length - 1);
  for (let doc = 0; doc < column.length; doc++)
    if (starts[doc] < starts[doc + 1]) column[doc] = members[starts[doc]] + 1;
  return column;
}

/** Reads the sections that {@link facetSections} returned. */
export function readFacet(sections: Sections, name: string): { column: BaseFacetColumn; values: StringTable } {
  const u32 = (part: string) => sections[`${name}.${part}`] as Uint32Array;
  const values = new StringTable(sections[`${name}.chars`] as Uint16Array, u32('charStarts'));
  const column = sections[`${name}.column`] as Uint16Array | Uint32Array | undefined;
  return {
    values,
    column: column
      ? new SingleFacetColumn(column, u32('listStarts'), u32('listDocs'))
      : new MultiFacetColumn(u32('starts'), u32('members'), u32('listStarts'), u32('listDocs')),
  };
}
