import type { PoolClient } from '../platform/postgres';
import {
  attributeLines,
  BuyerSearches,
  findTouch,
  TouchIndex,
  type AttributedLineRow,
  type FoundTouch,
} from './attribute-lines';
import type { AttributionSettings } from './attribution-progress.store';
import {
  readAttributedLines,
  readVisitPlacements,
  readVisits,
  storeLines,
  storeVisitPlacements,
  storeVisits,
  type RowChanges,
} from './attribution.store';
import { MS_PER_DAY, SESSION_IDLE_MS } from '../learn/durations';
import { countPlacements, countVisits } from './count-visits';
import { ListReferences, readerOfIds } from './list-reference';
import type { OutdatedVisitor } from './outdated-visitor.store';
import { readIdSecrets } from './request-id-secret.store';
import {
  findVisitsBefore,
  readListEvents,
  readOrderLines,
  readOwnSearches,
  readProductGroups,
  readVisitEvents,
  type ListEvent,
  type OrderLineFacts,
  type VisitEvents,
} from './visitor-facts.store';

/**
 * Computes the figures of visitors in their ranges of time again, from the log and the orders as they are, and stores
 * what differs. The caller's transaction holds the lock on attribution.
 * @returns whether anything differed
 */
export async function recompute(
  client: PoolClient,
  outdated: readonly OutdatedVisitor[],
  settings: AttributionSettings,
): Promise<boolean> {
  // A visit may last over midnight, and so be one of the day after its events.
  const visitors = outdated.map((one) => ({ ...one, until: new Date(one.until.getTime() + SESSION_IDLE_MS) }));
  const visitEvents = await readVisitEvents(client, visitors, settings);
  const orderLines = await readOrderLines(client, visitors, settings);
  const { events, groups } = await readTouches(client, orderLines, settings);
  const { secret, adKeys } = await readIdSecrets(client);
  const lists = new ListReferences(readerOfIds(secret, adKeys));
  const touches = new TouchIndex(events, groups);
  const touched = orderLines.map((line) => ({ line, touch: findTouch(line, touches, lists, settings.windowDays) }));
  const searches = new BuyerSearches(await readOwnSearches(client, searchesOf(touched)));
  const lines = attributeLines(touched, searches, settings.windowDays);
  const placedOnDays = orderLines.filter(({ counts, onDays, sequence }) => counts && onDays && sequence === 0);
  const visits = countVisits(
    [...visitEvents, ...(await findContinuedVisits(client, placedOnDays, visitEvents))],
    placedOnDays.map(({ owner, day }) => ({ subject: owner, day })),
  );
  const placements = countPlacements(visitEvents, lists);

  const visitChanges = differences(await readVisits(client, visitors, settings), visits);
  const placementChanges = differences(await readVisitPlacements(client, visitors, settings), placements);
  const lineChanges = differences(await readAttributedLines(client, orderIdsOf(lines)), lines);
  const isChanged = (changes: RowChanges<object>) => changes.removed.length + changes.added.length > 0;
  if (isChanged(visitChanges)) await storeVisits(client, visitChanges);
  if (isChanged(placementChanges)) await storeVisitPlacements(client, placementChanges);
  if (isChanged(lineChanges)) await storeLines(client, lineChanges);
  return [visitChanges, placementChanges, lineChanges].some(isChanged);
}

/**
 * Returns the visits of days on which the visitor did nothing else than place an order, shortly after midnight and after
 * events of the day before.
 */
async function findContinuedVisits(
  client: PoolClient,
  orders: readonly OrderLineFacts[],
  visitEvents: readonly VisitEvents[],
): Promise<Pick<VisitEvents, 'owner' | 'day' | 'events'>[]> {
  const keyOf = ({ owner, day }: { readonly owner: string; readonly day: string }) => `${day} ${owner}`;
  const active = new Set(visitEvents.map(keyOf));
  const candidates = orders.filter((order) => order.isAfterMidnight && !active.has(keyOf(order)));
  const continuing = new Map((await findVisitsBefore(client, candidates)).map((order) => [keyOf(order), order]));
  return Array.from(continuing.values(), ({ owner, day }) => ({ owner, day, events: 1 }));
}

/** Reads the events that may be touches of order lines, and the groups of the products. */
async function readTouches(
  client: PoolClient,
  lines: readonly OrderLineFacts[],
  { windowDays }: AttributionSettings,
): Promise<{ events: ListEvent[]; groups: { id: string; groupId: string }[] }> {
  if (lines.length === 0) return { events: [], groups: [] };
  const productIds = [...new Set(lines.map(({ productId }) => productId))];
  const groups = await readProductGroups(client, productIds);
  const ranges = new Map<string, { first: number; last: number }>();
  for (const { owner, session, placedAt } of lines)
    for (const visitor of session === null ? [owner] : [owner, session]) {
      const { first, last } = ranges.get(visitor) ?? { first: placedAt, last: placedAt };
      ranges.set(visitor, { first: Math.min(first, placedAt), last: Math.max(last, placedAt) });
    }
  const buyers = Array.from(ranges, ([subject, { first, last }]) => ({
    subject,
    from: new Date(first - Math.max(windowDays, 1) * MS_PER_DAY),
    until: new Date(last),
  }));
  const touched = [...new Set([...productIds, ...groups.map(({ id }) => id)])];
  return { events: await readListEvents(client, buyers, touched), groups };
}

/** Returns the searches that lines belong to, of each visitor whose they may be. */
function searchesOf(lines: readonly { readonly line: OrderLineFacts; readonly touch: FoundTouch | undefined }[]) {
  const asked = new Map<string, { readonly owner: string; readonly requestId: string }>();
  for (const { line, touch } of lines)
    for (const owner of touch?.list.kind === 'SEARCH' ? [line.owner, line.session] : [])
      if (owner !== null && touch !== undefined)
        asked.set(JSON.stringify([owner, touch.requestId]), { owner, requestId: touch.requestId });
  return [...asked.values()];
}

function orderIdsOf(lines: readonly AttributedLineRow[]): string[] {
  return [...new Set(lines.map(({ orderId }) => orderId))];
}

/** Returns the rows that are only in `before`, and those that are only in `after`. */
function differences<Row extends object>(before: readonly Row[], after: readonly Row[]): RowChanges<Row> {
  const textsBefore = new Set(before.map(textOf));
  const textsAfter = new Set(after.map(textOf));
  return {
    removed: before.filter((row) => !textsAfter.has(textOf(row))),
    added: after.filter((row) => !textsBefore.has(textOf(row))),
  };
}

/** The values of a row. The properties of all rows of a kind are in the same order. */
function textOf(row: object): string {
  return JSON.stringify(Object.values(row));
}
