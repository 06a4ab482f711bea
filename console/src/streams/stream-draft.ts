import type { VariablesOf } from '@freshet/client';
import type { Stream } from './stream';
import type { CreateStream } from './stream-documents';

export type StreamInput = VariablesOf<typeof CreateStream>['stream'];
export type AggregateInput = StreamInput['aggregates'][number];
export type NamedExpression = { readonly name: string; readonly expression: string };

/** A stream that is being edited, with the texts as they were typed. */
export interface StreamDraft {
  readonly id: string;
  readonly description: string;
  readonly from: readonly NonNullable<StreamInput['from']>[number][];
  readonly filter: string;
  readonly derive: readonly NamedExpression[];
  readonly keys: readonly NamedExpression[];
  readonly aggregates: readonly AggregateDraft[];
  readonly kind: StreamInput['window']['kind'];
  readonly size: string;
  readonly slide: string;
  readonly gap: string;
  readonly timeZone: string;
  readonly lateness: string;
  readonly retention: string;
  readonly variables: string;
  readonly backfill: boolean;
}

export interface AggregateDraft {
  readonly name: string;
  readonly kind: AggregateInput['kind'];
  readonly expression: string;
  readonly filter: string;
}

export const EMPTY_STREAM: StreamDraft = {
  id: '',
  description: '',
  from: [],
  filter: '',
  derive: [],
  keys: [],
  aggregates: [{ name: 'events', kind: 'COUNT', expression: '', filter: '' }],
  kind: 'TUMBLING',
  size: 'PT5M',
  slide: 'PT1M',
  gap: 'PT30M',
  timeZone: 'UTC',
  lateness: 'PT10M',
  retention: '',
  variables: '',
  backfill: true,
};

export function streamDraftOf(stream: Stream): StreamDraft {
  const { window, variables } = stream;
  return {
    ...EMPTY_STREAM,
    id: stream.id,
    description: stream.description ?? '',
    from: stream.from,
    filter: stream.filter ?? '',
    derive: stream.derive.map(({ name, expression }) => ({ name, expression })),
    keys: stream.keys,
    aggregates: stream.aggregates.map(({ name, kind, expression, filter }) => ({
      name,
      kind,
      expression: expression ?? '',
      filter: filter ?? '',
    })),
    kind: window.kind,
    size: window.size ?? EMPTY_STREAM.size,
    slide: window.slide ?? EMPTY_STREAM.slide,
    gap: window.gap ?? EMPTY_STREAM.gap,
    timeZone: window.timeZone ?? EMPTY_STREAM.timeZone,
    lateness: stream.lateness,
    retention: stream.retention ?? '',
    variables: Object.keys(variables).length === 0 ? '' : JSON.stringify(variables, null, 2),
  };
}

/**
 * Returns the mutation input of a draft. Settings that the form does not show stay unchanged: `quantiles`, `most` and
 * `per` of an aggregate with the same name and kind, `unit` and `rates` of a derived field with the same name, and the
 * stream's `over`, `join` and `maxKeys`.
 * @throws SyntaxError if the variables are not JSON
 */
export function streamInputOf(draft: StreamDraft, stored: Stream | undefined): StreamInput {
  const { kind, size, slide, gap, timeZone } = draft;
  const optional = (text: string) => (text.trim() === '' ? null : text);
  return {
    id: draft.id.trim(),
    description: optional(draft.description),
    from: [...draft.from],
    filter: optional(draft.filter),
    derive: draft.derive.map(({ name, expression }) => {
      const before = stored?.derive.find((one) => one.name === name);
      return { name, expression, ...(before === undefined ? {} : { unit: before.unit, rates: before.rates }) };
    }),
    keys: draft.keys.map((one) => ({ ...one })),
    aggregates: draft.aggregates.map(({ name, kind: what, expression, filter }) => {
      const before = stored?.aggregates.find((one) => one.name === name && one.kind === what);
      return {
        name,
        kind: what,
        expression: optional(expression),
        filter: optional(filter),
        ...(before === undefined ? {} : { quantiles: before.quantiles, most: before.most, per: before.per }),
      };
    }),
    window: {
      kind,
      ...(kind === 'SESSION' ? { gap } : { size, timeZone }),
      ...(kind === 'HOPPING' ? { slide } : {}),
    },
    lateness: draft.lateness,
    retention: optional(draft.retention),
    variables: draft.variables.trim() === '' ? {} : (JSON.parse(draft.variables) as Record<string, unknown>),
    // An existing stream keeps the settings that the form does not show.
    ...(stored === undefined
      ? { backfill: draft.backfill }
      : { over: stored.over, join: stored.join, maxKeys: stored.maxKeys }),
  };
}
