import type { StoredEvent } from '../events/stored-event';
import { countingOf } from './counting';
import type { EventRow, Known } from './event-shape';
import { compileJoin, type CompiledJoin } from './join/compile-join';
import { MAX_MAX_KEYS } from './key-limit';
import { Partials } from './partials';
import { SpecFault, type Definition, type StreamSpec } from './spec';
import { Expressions } from './stream-expressions';
import { latenessOf, retentionOf, windowOf, type StreamWindow } from './stream-window';

/**
 * Increases whenever the same definition begins to produce different windows. Streams that an older version compiled
 * are rebuilt.
 *
 * - 2: A join checks the conditions on one event before pairing, and windows report where pairs may be missing. A
 *   stream can have any number of keys.
 * - 3: A window counts a limited number of keys separately, and a stream no longer becomes FULL by its number of
 *   windows. In a join, derived fields that read neither event have their value on both sides.
 */
export const COMPILE_VERSION = 3;

/**
 * When an event was received, whether it was imported (imported events are never late), and the product and customer
 * data at that time.
 */
export interface Arrival extends Known {
  readonly receivedAt: number;
  readonly backfill: boolean;
}

/** A definition, ready to aggregate events. */
export interface CompiledDefinition {
  /** Whether stored results may contain personal data. */
  readonly isPersonal: boolean;
  /** Fields that the expressions read, for example `event.amount`. */
  readonly fields: ReadonlySet<string>;
  empty(): Partials;
  /**
   * Adds one event if it matches. For a join, only records events that are too late to be paired.
   * @throws BudgetExceeded if the expressions are too expensive for the event
   */
  take(event: StoredEvent, arrival: Arrival, into: Partials, revision: number): void;
}

export interface CompiledStream extends CompiledDefinition {
  readonly spec: StreamSpec;
  readonly window: StreamWindow;
  readonly latenessMs: number;
  /** Null for a stream that counts events and not pairs of events. */
  readonly join: CompiledJoin | null;
}

/** @throws SpecFault */
export function compileStream(spec: StreamSpec): CompiledStream {
  const window = windowOf(spec.window);
  const latenessMs = latenessOf(spec.lateness);
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
  { panes, slides, gap }: StreamWindow,
  latenessMs: number,
): void {
  const kept = retentionOf(retention as string);
  if (over !== undefined)
    throw new SpecFault('retention', 'must be absent for a stream over another stream, which stores no windows');
  if (panes === null) {
    // An event in time must find the session that it extends.
    if (kept < latenessMs + gap)
      throw new SpecFault('retention', 'must be at least lateness + gap for SESSION windows');
    return;
  }
  const now = panes.at(0);
  const pane = now.end - now.start;
  // Windows are removed by their start. A window can change until its end plus the lateness.
  if (kept < slides * pane || kept < (slides - 1) * pane + latenessMs)
    throw new SpecFault(
      'retention',
      'must be at least the window size, and at least the lateness (for HOPPING windows: lateness + size - slide)',
    );
}

/** @throws SpecFault */
function checkMaxKeys({ maxKeys, over }: StreamSpec, { panes }: StreamWindow): void {
  if (over !== undefined)
    throw new SpecFault('maxKeys', 'must be absent for a stream over another stream, which stores no windows');
  if (panes === null) throw new SpecFault('maxKeys', 'must be absent for SESSION windows; use retention instead');
  if (!(Number(maxKeys) >= 1 && Number(maxKeys) <= MAX_MAX_KEYS))
    throw new SpecFault('maxKeys', `must be between 1 and ${MAX_MAX_KEYS}; got ${Number(maxKeys)}`);
}

/**
 * @param latenessMs an event that is received later than this after `occurredAt` is too late
 * @throws SpecFault
 */
export function compileDefinition(
  definition: Definition,
  window: StreamWindow,
  latenessMs: number,
): CompiledDefinition {
  const expressions = new Expressions(definition.variables);
  const { derived, key: keyOf, values } = countingOf(definition, expressions);
  const filter = definition.filter === null ? null : expressions.read(definition.filter, 'bool', 'filter');
  const types = definition.from.length === 0 ? null : new Set(definition.from);
  const row: EventRow = { event: undefined as never, known: {}, derived: [], exact: [] };
  const { budget } = expressions;

  return {
    isPersonal: expressions.isPersonal,
    fields: expressions.fields,
    empty: () => new Partials(definition.aggregates, window.gap > 0),
    take(event, arrival, into, revision) {
      if (types !== null && !types.has(event.type)) return;
      budget.refill();
      row.event = event;
      row.known = arrival;
      for (const derive of derived) derive(row);
      if (filter !== null && filter(row) !== true) return;
      const key = keyOf(row);
      if (key === undefined) return;
      const pane = window.at(event.occurredAt);
      if (!arrival.backfill && arrival.receivedAt - event.occurredAt > latenessMs) {
        return into.addLate(key, pane.start, `${event.source}:${event.id}`);
      }
      into.add(key, pane, values(row), revision);
    },
  };
}
