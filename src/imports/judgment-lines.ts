import { z } from 'zod';
import { csvFields } from './csv-fields';

/** 0 is not what was looked for, 3 is exactly it. */
export const MAX_GRADE = 3;

/** Somebody has said how well a product answers a query. */
export interface Judgment {
  readonly query: string;
  readonly productId: string;
  /** 0 … {@link MAX_GRADE} */
  readonly grade: number;
}

/** A line that is no judgment, and why. */
export interface JudgmentFault {
  readonly line: number;
  readonly message: string;
}

const json = z.strictObject({ query: z.string(), productId: z.string(), grade: z.number() });
const GRADE = /^\d+$/;

/**
 * Judgments line by line: JSON objects with `query`, `productId` and `grade`, or these three as columns between tabs or commas;
 * told apart by the first line that is not empty, which may be a header.
 */
export class JudgmentLines {
  private line = 0;
  private fieldsOf: ((text: string) => readonly string[] | string) | undefined;
  private readonly lineOf = new Map<string, number>();

  /** undefined for a header and for an empty line. */
  read(text: string): Judgment | JudgmentFault | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const isFirst = this.fieldsOf === undefined;
    this.fieldsOf ??= fieldsReader(text);
    const fields = this.fieldsOf(text);
    if (typeof fields === 'string') return { line, message: fields };
    if (fields.length !== 3)
      return { line, message: `${fields.length} columns where query, product and grade are three` };
    const [query, productId, grade] = fields.map((field) => field.trim());
    if (isFirst && /^(grade|relevance|rating|label)$/i.test(grade)) return undefined;
    if (query === '') return { line, message: 'no query' };
    if (productId === '') return { line, message: 'no product id' };
    if (!GRADE.test(grade) || Number(grade) > MAX_GRADE)
      return { line, message: `the grade is not a whole number from 0 to ${MAX_GRADE}: ${grade}` };
    const key = JSON.stringify([query, productId]);
    const before = this.lineOf.get(key);
    if (before !== undefined) return { line, message: `line ${before} has judged this product for this query` };
    this.lineOf.set(key, line);
    return { query, productId, grade: Number(grade) };
  }
}

/** Takes a line apart, or says why it can't. */
function fieldsReader(firstLine: string): (text: string) => readonly string[] | string {
  if (firstLine.trimStart().startsWith('{')) return jsonFields;
  if (firstLine.includes('\t')) return (text) => text.split('\t');
  return (text) => csvFields(text) ?? 'quotes that do not close, or have something behind them';
}

function jsonFields(text: string): readonly string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  const parsed = json.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return `${path.join('.') || 'the line'}: ${message}`;
  }
  const { query, productId, grade } = parsed.data;
  return [query, productId, String(grade)];
}
