import { csvFields } from '../imports/csv-fields';

/** Splits a line into its fields; undefined if a quoted field is not closed. */
export type FieldSplitter = (text: string) => string[] | undefined;

/** The separator is the first of tab, `;`, `,` and `|` that the first line contains, or else spaces. */
export function splitterFor(firstLine: string): FieldSplitter {
  if (firstLine.includes('\t')) return (text) => text.split('\t');
  if (firstLine.includes(';')) return (text) => csvFields(text, ';');
  if (firstLine.includes(',')) return csvFields;
  if (firstLine.includes('|')) return (text) => text.split('|');
  return (text) => text.trim().split(/\s+/);
}
