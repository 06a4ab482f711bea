import type { StoredEvent } from '../events/stored-event';
import { compileRowMapper } from './row-mapper';
import type { EventRow, EventContext } from './event-shape';
import { compileJoin, type CompiledJoin } from './join/compile-join';
import { MAX_KEYS_LIMIT } from './key-limit';
import { PartialAggregates } from './partial-aggregates';
import { SpecFault, type Definition, type StreamSpec } from './stream-spec';
import { StreamExpressions, type ExpressionSummary } from './stream-expressions';
import { parseLateness, parseRetention, windowAssignerOf, type WindowAssigner } from './window/window-assigner';

/** Increases whenever a definition begins to produce other windows. Streams that an older version compiled are rebuilt. */
export const COMPILE_VERSION = 5;

/**
 * When an event was received, whether it was imported (imported events are never late), and the product and customer
 * data at that time.
 */
export interface Arrival extends EventContext {
  readonly receivedAt: number;
  readonly backfill: boolean;
}

/** A definition, ready to aggregate events. */
export interface CompiledDefinition extends ExpressionSummary {
  empty(): PartialAggregates;
  /**
   * Adds one event if it matches. For a join, adds no pairs, which {@link CompiledJoin.addPair} does. It only lists the
   * event as late if it is too late to be paired.
   * @throws BudgetExceeded if the expressions are too expensive for the event
   */
  add(event: StoredEvent, arrival: Arrival, into: PartialAggregates, revision: number): void;
}

export interface CompiledStream extends CompiledDefinition {
  readonly spec: StreamSpec;
  readonly window: WindowAssigner;
  readonly latenessMs: number;
  /** Null for a stream that counts events and not pairs of events. */
  readonly join: CompiledJoin | null;
}

/** @throws SpecFault */
export function compileStream(spec: StreamSpec): CompiledStream {
  const window = windowAssignerOf(spec.window);
  const latenessMs = parseLateness(spec.lateness);
  if (spec.retention !== undefined) checkRetention(spec, window, latenessMs);
  if (spec.maxKeys !== undefined) checkMaxKeys(spec, window);
  const { join } = spec;
  if (join !== undefined && spec.over !== undefined)
    throw new SpecFault('join', 'must be absent for a stream over another stream');
  const compiled =
    join === undefined
      ? { ...compileDefinition(spec, window, latenessMs), join: null }
      : compileJoin(spec, join, window, latenessMs);
  return { ...compiled, spec, window, latenessMs };
}

/** Checks that no window is removed before it is complete and final. @throws SpecFault */
function checkRetention(
  { retention, over }: StreamSpec,
  { panes, slides, gap }: WindowAssigner,
  latenessMs: number,
): void {
  const retentionMs = parseRetention(retention as string);
  if (over !== undefined)
    throw new SpecFault('retention', 'must be absent for a stream over another stream, which stores no windows');
  if (panes === null) {
    // An event that is not late may extend a session, so this session must still be stored when the event is received.
    if (retentionMs < latenessMs + gap)
      throw new SpecFault('retention', 'must be at least lateness + gap for SESSION windows');
    return;
  }
  const firstPane = panes.paneAt(0);
  const paneMs = firstPane.end - firstPane.start;
  // A window is removed when its start is older than the retention. It can change until its end plus the lateness.
  if (retentionMs < slides * paneMs || retentionMs < (slides - 1) * paneMs + latenessMs)
    throw new SpecFault(
      'retention',
      'must be at least the window size, and at least the lateness (for HOPPING windows: lateness + size - slide)',
    );
}

/** @throws SpecFault */
function checkMaxKeys({ maxKeys, over }: StreamSpec, { panes }: WindowAssigner): void {
  if (over !== undefined)
    throw new SpecFault('maxKeys', 'must be absent for a stream over another stream, which stores no windows');
  if (panes === null) throw new SpecFault('maxKeys', 'must be absent for SESSION windows; use retention instead');
  if (!(Number(maxKeys) >= 1 && Number(maxKeys) <= MAX_KEYS_LIMIT))
    throw new SpecFault('maxKeys', `must be between 1 and ${MAX_KEYS_LIMIT}; got ${Number(maxKeys)}`);
}

/**
 * @param latenessMs an event that is received more than this after `occurredAt` is too late
 * @throws SpecFault
 */
export function compileDefinition(
  definition: Definition,
  window: WindowAssigner,
  latenessMs: number,
): CompiledDefinition {
  const expressions = new StreamExpressions(definition.variables);
  const { derived, key: keyOf, values } = compileRowMapper(definition, expressions);
  const filter = definition.filter === null ? null : expressions.compileExpression(definition.filter, 'bool', 'filter');
  const types = definition.from.length === 0 ? null : new Set(definition.from);
  const row: EventRow = { event: undefined as never, context: {}, derived: [], exact: [] };
  const { budget } = expressions;

  return {
    ...expressions.summaryOf(definition),
    empty: () => new PartialAggregates(definition.aggregates, window.gap > 0),
    add(event, arrival, into, revision) {
      if (types !== null && !types.has(event.type)) return;
      budget.refill();
      row.event = event;
      row.context = arrival;
      for (const derive of derived) derive(row);
      if (filter !== null && filter(row) !== true) return;
      const key = keyOf(row);
      if (key === undefined) return;
      const pane = window.paneAt(event.occurredAt);
      if (!arrival.backfill && arrival.receivedAt - event.occurredAt > latenessMs) {
        return into.addLate(key, pane.start, `${event.source}:${event.id}`);
      }
      into.add(key, pane, values(row), revision);
    },
  };
}
