import type { ResultOf, VariablesOf } from '@freshet/client';
import { placeOf, type ShownWindows } from '../windows/shown-windows';
import type { StreamInput } from './stream-draft';
import type { Analyze } from './stream-documents';

type AnalyzeInput = VariablesOf<typeof Analyze>['input'];
export type AnalysisRow = ResultOf<typeof Analyze>['analyze'][number];

/** How far back a preview looks. */
export const SPANS = [
  { value: 'hour', title: 'the last hour', ms: 3_600_000 },
  { value: 'day', title: 'the last day', ms: 86_400_000 },
  { value: 'week', title: 'the last week', ms: 604_800_000 },
] as const;
export type Span = (typeof SPANS)[number]['value'];

/** As many as one answer may have. */
export const MAX_ROWS = 1_000;

/** A stretch of time, ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the stream would have counted in it. */
export function analysisOf(stream: StreamInput, { from, to }: Range): AnalyzeInput {
  const { filter, derive, keys, aggregates, window, lateness, variables } = stream;
  return {
    ...{ filter, derive, keys, aggregates, window, lateness, variables },
    types: stream.from,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    most: MAX_ROWS,
  };
}

/** Rows as windows of a stream: early are those that an end of the stretch cuts. */
export function windowsOf(rows: readonly AnalysisRow[], { from, to }: Range): ShownWindows {
  return new Map(
    rows.map((row) => {
      const isWhole = Date.parse(row.start) >= from && Date.parse(row.end) <= to;
      const window = { ...row, final: isWhole, revision: '' };
      return [placeOf(window), { window, mark: isWhole ? 'final' : 'early', at: to }] as const;
    }),
  );
}

/** What is wrong with one place of the form, of an answer that names it. */
export function faultOf({ code, message, argument }: Fault): { code: string; message: string; path: string } | null {
  if (argument === undefined) return null;
  return { code, message: message.replace(`${argument}: `, ''), path: argument };
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly argument?: string;
}
