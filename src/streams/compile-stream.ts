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
 * Grows whenever the same definition begins to give other windows. Versions of streams that older rules made are filled
 * anew. 2: of pairs, conditions on one event hold before there is a pair, and windows say where pairs may be missing; a
 * stream has any number of keys. 3: a window counts a limited number of keys apart, and no number of windows makes a
 * stream FULL; of pairs, derived fields that read neither event have their value on both sides.
 */
export const COMPILE_VERSION = 3;

/** When an event came in, whether it was lived through (the past that is imported is never late), and what was known then. */
export interface Arrival extends Known {
  readonly receivedAt: number;
  readonly backfill: boolean;
}

/** A question that can be asked of events. */
export interface CompiledDefinition {
  /** Whether what is kept of it may tell who did something. */
  readonly isPersonal: boolean;
  /** What its expressions read, as `event.amount`. */
  readonly fields: ReadonlySet<string>;
  empty(): Partials;
  /**
   * Counts one event, if it is one of its own; of pairs, only what came too late for one.
   * @throws BudgetExceeded where its expressions take too long for it
   */
  take(event: StoredEvent, arrival: Arrival, into: Partials, revision: number): void;
}

export interface CompiledStream extends CompiledDefinition {
  readonly spec: StreamSpec;
  readonly window: StreamWindow;
  readonly latenessMs: number;
  /** Null: it counts events, and not pairs of them. */
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
    throw new SpecFault('join', 'windows of another stream make no pairs');
  const compiled =
    join === undefined
      ? { ...compileDefinition(spec, window, latenessMs), join: null }
      : compileJoin(spec, join, window, latenessMs);
  return { ...compiled, spec, window, latenessMs };
}

/** What may still change must not be gone, and a window is kept whole. @throws SpecFault */
function checkRetention(
  { retention, over }: StreamSpec,
  { panes, slides, gap }: StreamWindow,
  latenessMs: number,
): void {
  const kept = retentionOf(retention as string);
  if (over !== undefined) throw new SpecFault('retention', 'nothing is kept of a stream over another');
  if (panes === null) {
    // What is in time must find the session that it joins.
    if (kept < latenessMs + gap)
      throw new SpecFault('retention', 'of sessions it is at least the lateness and the gap together');
    return;
  }
  const now = panes.at(0);
  const pane = now.end - now.start;
  // Removal goes by a window's beginning, and its end is so many panes later: until then and the lateness it may change.
  if (kept < slides * pane || kept < (slides - 1) * pane + latenessMs)
    throw new SpecFault(
      'retention',
      'it has to be as long as a window, and as the lateness (with a window that slides: and the rest of the window), at least',
    );
}

/** @throws SpecFault */
function checkMaxKeys({ maxKeys, over }: StreamSpec, { panes }: StreamWindow): void {
  if (over !== undefined) throw new SpecFault('maxKeys', 'nothing is kept of a stream over another');
  if (panes === null) throw new SpecFault('maxKeys', 'sessions have none: give them a retention');
  if (!(Number(maxKeys) >= 1 && Number(maxKeys) <= MAX_MAX_KEYS))
    throw new SpecFault('maxKeys', `it is from 1 to ${MAX_MAX_KEYS}`);
}

/**
 * @param latenessMs what is received later than this after it happened is too late
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
