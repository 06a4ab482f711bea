import type { ResultOf, VariablesOf } from '@freshet/client';
import { windowId, type ShownWindows } from '../windows/shown-windows';
import type { StreamInput } from './stream-draft';
import type { Analyze } from './stream-documents';

type AnalyzeInput = VariablesOf<typeof Analyze>['input'];
export type AnalysisRow = ResultOf<typeof Analyze>['analyze'][number];

/** Periods that a preview can cover. */
export const PREVIEW_PERIODS = [
  { value: 'hour', title: 'the last hour', ms: 3_600_000 },
  { value: 'day', title: 'the last day', ms: 86_400_000 },
  { value: 'week', title: 'the last week', ms: 604_800_000 },
] as const;
export type PreviewPeriod = (typeof PREVIEW_PERIODS)[number]['value'];

/** Maximum number of rows in a response. */
export const MAX_ROWS = 1_000;

/** A time range, ms. */
export interface PreviewRange {
  readonly from: number;
  readonly to: number;
}

/** Returns the input of `analyze` that computes the stream's windows in the range. */
export function analyzeInputOf(stream: StreamInput, { from, to }: PreviewRange): AnalyzeInput {
  const { filter, derive, keys, aggregates, window, lateness, variables } = stream;
  return {
    ...{ filter, derive, keys, aggregates, window, lateness, variables },
    types: stream.from,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    most: MAX_ROWS,
  };
}

/** Converts rows to windows of a stream. Windows that extend beyond the range are marked as early. */
export function previewWindows(rows: readonly AnalysisRow[], { from, to }: PreviewRange): ShownWindows {
  return new Map(
    rows.map((row) => {
      const isWhole = Date.parse(row.start) >= from && Date.parse(row.end) <= to;
      const window = { ...row, final: isWhole, revision: '' };
      return [windowId(window), { window, mark: isWhole ? 'final' : 'early', at: to }] as const;
    }),
  );
}

/** Converts an error that names an argument to the error of a form field; null if it names none. */
export function toItemFault({
  code,
  message,
  argument,
}: Fault): { code: string; message: string; path: string } | null {
  if (argument === undefined) return null;
  return { code, message: message.replace(`${argument}: `, ''), path: argument };
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly argument?: string;
}
