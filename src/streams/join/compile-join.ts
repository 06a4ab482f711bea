import type { EventType } from '../../events/log-event';
import type { StoredEvent } from '../../events/stored-event';
import type { Arrival, CompiledDefinition } from '../compile-stream';
import { compileRowMapper, type RowMapper } from '../row-mapper';
import type { EventRow, EventContext } from '../event-shape';
import { encodeKey, keyPartOf } from '../key-encoding';
import { PartialAggregates } from '../partial-aggregates';
import { MAX_INTERVAL_MS, SpecFault, type Definition, type JoinSpec } from '../stream-spec';
import { StreamExpressions, type PairCondition, type PairSides } from '../stream-expressions';
import type { WindowAssigner } from '../window/window-assigner';
import { durationMs, parseDuration } from '../window/iso-duration';
import type { JoinSide } from './join-candidate';
import { joinKeyOf } from './join-key';
import type { Interval } from './symmetric-hash-join';

/** A compiled interval join: it pairs events that have the same key and occur near each other. */
export interface CompiledJoin {
  readonly interval: Interval;
  /** The event types that can take one of the two sides; null for all types. */
  readonly types: readonly EventType[] | null;
  /**
   * Returns the sides that an event can take: `event`, `other`, both or none. A late event is added to `late` and takes
   * no side.
   * @throws BudgetExceeded if the expressions are too expensive for the event
   */
  sidesOf(event: StoredEvent, arrival: Arrival, late: PartialAggregates): readonly JoinSide[];
  /**
   * Adds a pair. {@link sidesOf} must have returned the sides of both events.
   * @param context product and customer of `event`
   * @throws BudgetExceeded
   */
  addPair(
    event: StoredEvent,
    context: EventContext,
    other: StoredEvent,
    into: PartialAggregates,
    revision: number,
  ): void;
}

const NONE: readonly JoinSide[] = [];

/** @throws SpecFault */
export function compileJoin(
  definition: Definition,
  join: JoinSpec,
  window: WindowAssigner,
  latenessMs: number,
): CompiledDefinition & { readonly join: CompiledJoin } {
  const expressions = new StreamExpressions(definition.variables, true);
  const { budget } = expressions;
  const counting = compileRowMapper(definition, expressions);
  const { derived, key, values } = counting;
  const filter = definition.filter === null ? null : expressions.compileFilter(definition.filter, 'filter');
  const row: EventRow = { event: undefined as never, context: {}, derived: [], exact: [] };
  const conditions = [...(filter?.conjuncts ?? []), ...keyConditions(definition, counting, expressions)];
  const sides = definition.derive.map(({ name }) => expressions.sidesOfField(name));
  // Conditions that read only one event are checked before pairing, so that an event that can't be in a pair is not
  // stored.
  const checkOf = (isReadable: (sides: PairSides) => boolean, isChecked = isReadable) => {
    const derivedOfIt = derived.filter((_, at) => isReadable(sides[at]!));
    const conditionsOfIt = conditions.filter(isChecked);
    return () => {
      for (const derive of derivedOfIt) derive(row);
      return conditionsOfIt.every(({ holds }) => holds(row));
    };
  };
  const keysOf = joinKeyReaders(definition, join, expressions, {
    event: checkOf(({ other }) => !other),
    // A condition that reads neither event is checked only with `event`. A derived field that reads neither event is
    // computed for both sides, because conditions on either side may use it.
    other: checkOf(
      ({ event }) => !event,
      ({ event, other }) => other && !event,
    ),
  });

  const sidesOf: CompiledJoin['sidesOf'] = (event, arrival, late) => {
    budget.refill();
    row.event = row.other = event;
    row.context = arrival;
    const keys = [keysOf.event(row), keysOf.other(row)];
    if (keys.every((each) => each === undefined)) return NONE;
    const { occurredAt } = event;
    if (!arrival.backfill && arrival.receivedAt - occurredAt > latenessMs) {
      // The key of the pairs of a late event is unknown, so the event is listed under an empty key.
      late.addLate('', window.paneAt(occurredAt).start, `${event.source}:${event.id}`);
      return NONE;
    }
    return keys.flatMap((text, at): JoinSide | readonly JoinSide[] =>
      text === undefined ? NONE : { isOther: at === 1, key: joinKeyOf(text), occurredAt, imported: arrival.backfill },
    );
  };
  const addPair: CompiledJoin['addPair'] = (event, context, other, into, revision) => {
    budget.refill();
    row.event = event;
    row.context = context;
    row.other = other;
    for (const derive of derived) derive(row);
    // Checks the whole filter, because another release may have selected the candidates by other conditions.
    if (filter !== null && filter.read(row) !== true) return;
    const windowKey = key(row);
    if (windowKey === undefined) return;
    into.add(windowKey, window.paneAt(Math.max(event.occurredAt, other.occurredAt)), values(row), revision);
  };

  return {
    ...expressions.summaryOf(definition),
    empty: () => new PartialAggregates(definition.aggregates, window.gap > 0),
    add: (event, arrival, into) => void sidesOf(event, arrival, into),
    join: { interval: intervalOf(join), types: typesOf(definition.from, join.from), sidesOf, addPair },
  };
}

type KeyOf = (row: EventRow) => string | undefined;

/** Returns one condition for each part of the window key. It holds if the pair has a value for this part. */
function keyConditions({ keys }: Definition, { keyParts }: RowMapper, expressions: StreamExpressions): PairCondition[] {
  return keys.map(({ expression }, at) => ({
    ...expressions.sidesOfSource(expression),
    holds: (row) => keyParts[at]!(row) !== undefined,
  }));
}

/**
 * Returns a reader of the join key for each side. A reader returns `undefined` if the event cannot take that side.
 * @param passes for each side: tests whether the current row meets the conditions of this side, except the event type
 */
function joinKeyReaders(
  { from }: Definition,
  join: JoinSpec,
  expressions: StreamExpressions,
  passes: Readonly<Record<'event' | 'other', () => boolean>>,
): Record<'event' | 'other', KeyOf> {
  const read = (of: 'event' | 'other'): KeyOf => {
    const parts = join.on.map((part, at) => expressions.compileSide(of, part[of], 'scalar', `join.on[${at}].${of}`));
    return (row) => encodeKey(parts.map((each) => keyPartOf(each(row))));
  };
  const filter = join.filter === null ? null : expressions.compileSide('other', join.filter, 'bool', 'join.filter');
  const [event, other] = [read('event'), read('other')];
  const [isEvent, isOther] = [ofTypes(from), ofTypes(join.from)];
  return {
    event: (row) => (isEvent(row.event.type) && passes.event() ? event(row) : undefined),
    other: (row) =>
      isOther(row.event.type) && (filter === null || filter(row) === true) && passes.other() ? other(row) : undefined,
  };
}

function typesOf(from: readonly EventType[], others: readonly EventType[]): readonly EventType[] | null {
  return from.length === 0 || others.length === 0 ? null : [...new Set([...from, ...others])];
}

function ofTypes(types: readonly EventType[]): (type: EventType) => boolean {
  const some = new Set(types);
  return (type) => some.size === 0 || some.has(type);
}

function intervalOf({ before, after }: JoinSpec): Interval {
  return { beforeMs: lengthOf('join.before', before), afterMs: lengthOf('join.after', after) };
}

/** Parses `join.before` or `join.after`. Returns milliseconds. @throws SpecFault */
function lengthOf(path: string, text: string): number {
  const span = parseDuration(text);
  const length = span && durationMs(span);
  if (length === undefined) throw new SpecFault(path, 'must be a duration like PT1H or P7D');
  if (length > MAX_INTERVAL_MS) throw new SpecFault(path, 'must be at most P31D');
  return length;
}
