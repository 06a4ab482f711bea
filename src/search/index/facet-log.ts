import type { Sections } from './sections';
import { type BaseFacetColumn, MultiFacetColumn, SingleFacetColumn } from './facet-column';
import { StringTable } from './string-table';

/** The values of one facet, document by document: plain data, so that it can go to another thread. */
export interface FacetLog {
  /** In order of first sight; numbered so. */
  readonly numbers: Map<string, number>;
  /** By document: where its values begin in `members`, and at last where they end. */
  readonly starts: number[];
  readonly members: number[];
}

export const newFacetLog = (): FacetLog => ({ numbers: new Map(), starts: [0], members: [] });

/** @param values of the next document */
export function logFacet({ numbers, starts, members }: FacetLog, values: readonly string[]): void {
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

/** The facet of a base segment, with its values numbered in their order. */
export function facetSections({ numbers, starts: given, members: unordered }: FacetLog, name: string): Sections {
  const values = [...numbers.keys()].sort();
  const slots = new Uint32Array(values.length);
  values.forEach((value, slot) => (slots[numbers.get(value) as number] = slot));
  const members = Uint32Array.from(unordered, (number) => slots[number]);
  const starts = Uint32Array.from(given);
  const table = StringTable.of(values);
  const lists = listed(starts, members, values.length);
  const most = starts.reduce((most, start, doc) => (doc === 0 ? most : Math.max(most, start - starts[doc - 1])), 0);
  return {
    [`${name}.chars`]: table.chars,
    [`${name}.charStarts`]: table.starts,
    [`${name}.listStarts`]: lists.starts,
    [`${name}.listDocs`]: lists.docs,
    ...(most > 1
      ? { [`${name}.starts`]: starts, [`${name}.members`]: members }
      : { [`${name}.column`]: single(starts, members, values.length) }),
  };
}

/** The documents of each value: the transposed table. */
function listed(starts: Uint32Array, members: Uint32Array, values: number) {
  const ends = new Uint32Array(values + 1);
  for (let at = 0; at < members.length; at++) ends[members[at] + 1]++;
  for (let value = 0; value < values; value++) ends[value + 1] += ends[value];
  const next = ends.slice();
  const docs = new Uint32Array(members.length);
  for (let doc = 0; doc < starts.length - 1; doc++)
    for (let at = starts[doc]; at < starts[doc + 1]; at++) docs[next[members[at]]++] = doc;
  return { starts: ends, docs };
}

function single(starts: Uint32Array, members: Uint32Array, values: number): Uint16Array | Uint32Array {
  const column = values < 0xffff ? new Uint16Array(starts.length - 1) : new Uint32Array(starts.length - 1);
  for (let doc = 0; doc < column.length; doc++)
    if (starts[doc] < starts[doc + 1]) column[doc] = members[starts[doc]] + 1;
  return column;
}

/** What {@link facetSections} has made. */
export function facetFrom(sections: Sections, name: string): { column: BaseFacetColumn; values: StringTable } {
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
