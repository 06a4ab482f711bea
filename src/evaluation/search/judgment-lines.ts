import { z } from 'zod';
import { csvFields } from '../../imports/csv-fields';

/** Grades go from 0 (irrelevant) to 3 (exactly what was searched for). */
const MAX_GRADE = 3;
const MAX_QUERY_CLASS_LENGTH = 64;
/** The class of all judged queries, whether they have a class of their own or not. */
export const JUDGED_CLASS = 'judgments';

/** A person's judgment of how well a product matches a query. */
export interface Judgment {
  readonly query: string;
  readonly productId: string;
  /** 0 … {@link MAX_GRADE} */
  readonly grade: number;
  /** The class of the query, if the line has one. All lines of a query that have a class have the same. */
  readonly queryClass?: string;
}

/** A line that is not a valid judgment, with the reason. */
export interface JudgmentFault {
  readonly line: number;
  readonly message: string;
}

const json = z.strictObject({
  query: z.string(),
  productId: z.string(),
  grade: z.number(),
  class: z.string().optional(),
});
const GRADE = /^\d+$/;

/**
 * Parses judgments line by line: JSON objects with `query`, `productId`, `grade` and optionally `class`, or these as
 * columns separated by tabs or commas. The first non-empty line determines the format; it may be a header.
 */
export class JudgmentLines {
  private line = 0;
  private fieldsOf: ((text: string) => readonly string[] | string) | undefined;
  private readonly lineOf = new Map<string, number>();
  private readonly classOf = new Map<string, { readonly line: number; readonly queryClass: string }>();

  /** Returns undefined for a header and for an empty line. */
  read(text: string): Judgment | JudgmentFault | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const isFirst = this.fieldsOf === undefined;
    this.fieldsOf ??= fieldsReader(text);
    const fields = this.fieldsOf(text);
    if (typeof fields === 'string') return { line, message: fields };
    if (fields.length !== 3 && fields.length !== 4) {
      const message = `the line must have 3 or 4 columns (query, product, grade, class); got ${fields.length} columns`;
      return { line, message };
    }
    const [query, productId, grade, queryClass = ''] = fields.map((field) => field.trim());
    if (isFirst && /^(grade|relevance|rating|label)$/i.test(grade)) return undefined;
    if (query === '') return { line, message: 'the query is missing' };
    if (productId === '') return { line, message: 'the product id is missing' };
    if (!GRADE.test(grade) || Number(grade) > MAX_GRADE)
      return { line, message: `the grade must be a whole number from 0 to ${MAX_GRADE}; got ${grade}` };
    const key = JSON.stringify([query, productId]);
    const before = this.lineOf.get(key);
    if (before !== undefined)
      return { line, message: `line ${before} already has a judgment of this product and query` };
    const message = this.classFault(query, queryClass);
    if (message !== undefined) return { line, message };
    this.lineOf.set(key, line);
    return { query, productId, grade: Number(grade), ...(queryClass !== '' && { queryClass }) };
  }

  /** Records the class of a query. @returns what is wrong with it, or undefined */
  private classFault(query: string, queryClass: string): string | undefined {
    if (queryClass === '') return undefined;
    if (queryClass.length > MAX_QUERY_CLASS_LENGTH)
      return `the class must have at most ${MAX_QUERY_CLASS_LENGTH} characters; got ${queryClass.length}`;
    if (queryClass === JUDGED_CLASS)
      return `the class must not be ${JUDGED_CLASS}: the row of all queries has this name`;
    const known = this.classOf.get(query);
    if (known === undefined) this.classOf.set(query, { line: this.line, queryClass });
    else if (known.queryClass !== queryClass)
      return `line ${known.line} already gives this query the class ${known.queryClass}; a query has one class`;
    return undefined;
  }
}

/** Returns a function that splits a line into its fields, or returns an error message. */
function fieldsReader(firstLine: string): (text: string) => readonly string[] | string {
  if (firstLine.trimStart().startsWith('{')) return jsonFields;
  if (firstLine.includes('\t')) return (text) => text.split('\t');
  return (text) =>
    csvFields(text) ??
    'a quoted field must be closed and be followed by a comma or the end of the line; check the quotes';
}

function jsonFields(text: string): readonly string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `the line is not JSON: ${(error as Error).message}`;
  }
  const parsed = json.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return `${path.join('.') || 'the line'}: ${message}`;
  }
  const { query, productId, grade, class: queryClass = '' } = parsed.data;
  return [query, productId, String(grade), queryClass];
}
