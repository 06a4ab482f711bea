import type { ResultOf } from '@freshet/client';
import type { PreviewAlertRule } from './rule-preview-document';

export type Preview = ResultOf<typeof PreviewAlertRule>['previewAlertRule'];
export type PreviewedAlert = Preview['alerts'][number];

/** A part of the preview's timeline; `left` and `width` are percentages of the previewed time. */
export interface TimelineSpan {
  readonly kind: 'pending' | 'firing';
  readonly left: number;
  readonly width: number;
}

/** Returns when alerts were pending and when they fired, the oldest first. */
export function timelineSpans({ from, to, alerts }: Pick<Preview, 'from' | 'to' | 'alerts'>): TimelineSpan[] {
  if (from === null || to === null) return [];
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const place = (at: string | null) =>
    (100 * ((at === null ? last : Date.parse(at)) - first)) / Math.max(1, last - first);
  return alerts.toReversed().flatMap(({ startedAt, firedAt, resolvedAt }): TimelineSpan[] => {
    const [began, fired, resolved] = [place(startedAt), place(firedAt ?? resolvedAt), place(resolvedAt)];
    const spans: TimelineSpan[] = [
      { kind: 'pending', left: began, width: fired - began },
      { kind: 'firing', left: fired, width: resolved - fired },
    ];
    return spans.filter(({ width }) => width > 0);
  });
}

/** Returns the outcome of a preview as text: `It would have fired twice`, `, and been pending once more`. */
export function previewOutcome({ fired, raised }: Pick<Preview, 'fired' | 'raised'>): {
  fired: string;
  pending: string;
} {
  const pending = raised - fired;
  return {
    fired: fired === 0 ? 'It would not have fired' : `It would have fired ${formatTimes(fired)}`,
    pending:
      pending === 0
        ? ''
        : fired === 0
          ? `, but been pending ${formatTimes(pending)}`
          : `, and been pending ${formatTimes(pending)} more`,
  };
}

function formatTimes(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
