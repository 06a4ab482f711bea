import type { Pool } from 'pg';
import { groupBy } from '../../src/learn/group-by';
import { queryKey } from '../../src/search/query-log/query-key';
import { ownersAfter, type Merged, type SentEvent } from './recount';

/** What an issued id says. */
export interface IssuedList {
  readonly kind: string;
  readonly placement: string | null;
  readonly intent: string | null;
  readonly modelVersion: string | null;
}

interface LoggedEvent extends SentEvent {
  readonly at: number;
  readonly position: number;
  readonly sequence: number;
  readonly day: string;
  readonly query: string | null;
  readonly requestId: string | null;
  readonly placement: string | null;
  readonly owner: string;
}

interface PlacedLine {
  readonly orderId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly owner: string | null;
  /** The session that the order of a customer names. */
  readonly session: string | null;
  readonly at: number;
  readonly day: string;
  readonly currency: string;
  readonly productId: string;
  readonly quantity: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly unitPrice: string;
  readonly discount: string;
  readonly requestId: string | null;
  readonly placement: string | null;
}

/** An order line with what earned it. */
export interface RecountedLine {
  readonly orderId: string;
  readonly sequence: number;
  readonly subject: string | null;
  readonly day: string;
  readonly currency: string;
  readonly units: number;
  readonly revenue: string;
  readonly touch: string | null;
  readonly kind: string | null;
  readonly placement: string | null;
  readonly intent: string | null;
  readonly query: string | null;
  readonly requestId: string | null;
  readonly modelVersion: string | null;
}

const DAY = 86_400_000;
const SCALE = 8;

/**
 * Counts visits and attributes order lines from the definitions, with plain loops over the log and the orders.
 * @param issued what the ids that the shop has issued say
 */
export async function recountAttribution(
  pool: Pool,
  issued: ReadonlyMap<string, IssuedList>,
  { timeZone, windowDays }: { readonly timeZone: string; readonly windowDays: number },
) {
  const events = await readEvents(pool, timeZone);
  const lines = await readLines(pool, timeZone);
  const { rows: products } = await pool.query<{ id: string; group_id: string | null }>(
    'SELECT id, group_id FROM products',
  );
  const groupOf = new Map(products.map(({ id, group_id }) => [id, group_id]));
  const sameGroup = (a: string, b: string) => a === b || (groupOf.get(a) != null && groupOf.get(a) === groupOf.get(b));
  const searches = events.filter(
    ({ source, type, query }) => source === 'SEARCH' && type === 'SEARCH' && query !== null,
  );
  const listOf = (id: string, placement: string | null, query: string | null) => {
    const known = issued.get(id);
    if (known !== undefined) return { ...known, placement: known.placement ?? '' };
    const kind = query === null ? 'RECOMMENDATION' : 'SEARCH';
    return { kind, placement: placement ?? '', intent: null, modelVersion: null };
  };
  const behaviour = events.filter(
    ({ source, type }) => ['STOREFRONT', 'SEARCH'].includes(source) && !['PURCHASE', 'RETURN'].includes(type),
  );
  const naming = behaviour.filter(
    ({ type, requestId, productId }) =>
      requestId !== null && productId !== null && ['IMPRESSION', 'CLICK', 'VIEW', 'ADD_TO_CART'].includes(type),
  );

  const namingOf = groupBy(naming, ({ owner }) => owner);
  const searchesOf = groupBy(searches, ({ owner }) => owner);
  const linesOf = groupBy(lines, ({ orderId }) => orderId);
  const attributed = lines
    .filter(({ owner }) => owner !== null)
    .map((line): RecountedLine => {
      const owner = line.owner!;
      const visitors = line.session === null ? [owner] : [owner, line.session];
      const theirs = visitors.flatMap((visitor) => namingOf.get(visitor) ?? []);
      const before = (event: LoggedEvent, span: number) =>
        sameGroup(event.productId, line.productId) && event.at <= line.at && event.at >= line.at - span;
      const latest = (found: LoggedEvent[]) =>
        found.sort((a, b) => a.at - b.at || a.position - b.position || a.sequence - b.sequence).at(-1);
      const touch =
        line.kind === 'RETURN'
          ? undefined
          : line.requestId !== null
            ? { type: 'LINE', requestId: line.requestId, placement: line.placement, query: null }
            : (latest(theirs.filter((event) => event.type !== 'IMPRESSION' && before(event, windowDays * DAY))) ??
              latest(theirs.filter((event) => event.type === 'IMPRESSION' && before(event, DAY))));
      const list = touch && listOf(touch.requestId!, touch.placement, touch.query);
      const [search] = visitors
        .map(
          (visitor) =>
            (searchesOf.get(visitor) ?? [])
              .filter(({ id, at }) => id === touch?.requestId && at <= line.at && at >= line.at - windowDays * DAY)
              .sort((x, y) => x.at - y.at)[0],
        )
        .filter((found) => found !== undefined);
      const query = touch && list?.kind === 'SEARCH' ? (search?.query ?? touch.query) : null;
      const sign = line.kind === 'RETURN' ? -1 : 1;
      return {
        orderId: line.orderId,
        sequence: line.sequence,
        subject: owner,
        day: line.day,
        currency: line.currency,
        units: sign * (line.quantity - line.cancelled - line.returned),
        revenue: revenueOf(line, linesOf.get(line.orderId) ?? []),
        touch: touch?.type ?? null,
        kind: list?.kind ?? null,
        placement: list?.placement ?? null,
        intent: list?.intent ?? null,
        query: query == null ? null : queryKey(query),
        requestId: touch?.requestId ?? null,
        modelVersion: list?.modelVersion ?? null,
      };
    });

  const counting = [...linesOf.values()].filter(
    (of) => of[0].kind === 'SALE' && of.some(({ quantity, cancelled }) => quantity > cancelled),
  );
  const visits = new Map<string, { subject: string; day: string; events: number; orders: number }>();
  const visitOf = (subject: string, day: string) => {
    const visit = visits.get(`${subject} ${day}`) ?? { subject, day, events: 0, orders: 0 };
    visits.set(`${subject} ${day}`, visit);
    return visit;
  };
  for (const { owner, day } of behaviour) visitOf(owner, day).events++;
  for (const [{ owner, day }] of counting) if (owner !== null) visitOf(owner, day).orders++;
  // A visit may last over midnight, and then be one of the day of its order.
  const behaviourOf = groupBy(behaviour, ({ owner }) => owner);
  for (const [{ owner, day, at }] of counting) {
    const isContinued = (event: LoggedEvent) => event.at <= at && event.at >= at - 30 * 60_000 && event.day < day;
    if (owner !== null && visitOf(owner, day).events === 0 && behaviourOf.get(owner)?.some(isContinued))
      visitOf(owner, day).events = 1;
  }

  const placements = new Map<
    string,
    { lists: Set<string>; viewed: Set<string>; clicked: Set<string>; carted: Set<string> }
  >();
  const ofProduct = groupBy(naming, ({ owner, day, requestId, productId }) =>
    JSON.stringify([owner, day, requestId, productId]),
  );
  for (const { owner, day, type, requestId, productId } of naming) {
    const all = ofProduct.get(JSON.stringify([owner, day, requestId, productId])) ?? [];
    const [placement = null] = all.flatMap((event) => event.placement ?? []).sort();
    const list = listOf(requestId!, placement, all.find(({ query }) => query !== null)?.query ?? null);
    const key = JSON.stringify([owner, day, list.kind, list.placement]);
    const sets = placements.get(key) ?? { lists: new Set(), viewed: new Set(), clicked: new Set(), carted: new Set() };
    placements.set(key, sets);
    sets.lists.add(requestId!);
    const product = `${requestId} ${productId}`;
    if (type === 'IMPRESSION') sets.viewed.add(product);
    else (type === 'ADD_TO_CART' ? sets.carted : sets.clicked).add(product);
  }
  return {
    lines: attributed,
    visits: [...visits.values()].filter(({ subject }) => subject !== null),
    orders: counting,
    placements: Array.from(placements, ([key, { lists, viewed, clicked, carted }]) => {
      const [subject, day, kind, placement] = JSON.parse(key) as string[];
      const clickedViews = [...viewed].filter((one) => clicked.has(one)).length;
      return {
        subject,
        day,
        kind,
        placement,
        shown: lists.size,
        viewed: viewed.size,
        clickedViews,
        clicks: clicked.size,
        carts: carted.size,
      };
    }),
  };
}

async function readEvents(pool: Pool, timeZone: string): Promise<LoggedEvent[]> {
  const { rows } = await pool.query<Omit<LoggedEvent, 'owner'>>(
    `SELECT e.source, e.id, e.type, e.occurred_at::text AS "occurredAt", e.customer_id AS "customerId",
       e.session_id AS "sessionId", e.product_id AS "productId", e.quantity, b.position, e.sequence, e.query,
       (extract(epoch FROM e.occurred_at) * 1000)::float8 AS at, e.request_id AS "requestId", e.placement,
       to_char(e.occurred_at AT TIME ZONE $1, 'YYYY-MM-DD') AS day
     FROM events e JOIN log_batches b USING (batch) WHERE e.subject IS NOT NULL ORDER BY b.position, e.sequence`,
    [timeZone],
  );
  const { rows: merges } = await pool.query<Merged>(
    'SELECT position, from_subject AS "from", into_subject AS into FROM merges WHERE set_aside IS NULL',
  );
  const events = rows.map((row) => ({
    ...row,
    customerId: row.customerId ?? undefined,
    sessionId: row.sessionId ?? undefined,
  }));
  const identity = (event: SentEvent) => ({ ...event, id: `${event.source} ${event.id} ${event.occurredAt}` });
  const ownerOf = ownersAfter(merges, new Map(events.map((event) => [identity(event).id, event.position])));
  return events.map((event) => ({ ...event, owner: ownerOf(identity(event)) }));
}

async function readLines(pool: Pool, timeZone: string): Promise<PlacedLine[]> {
  const { rows } = await pool.query<PlacedLine>(
    `SELECT o.id AS "orderId", l.sequence, o.kind, coalesce('c:' || o.customer_id, 's:' || o.session_id) AS owner,
       CASE WHEN o.customer_id IS NOT NULL THEN 's:' || o.session_id END AS session,
       (extract(epoch FROM o.placed_at) * 1000)::float8 AS at, to_char(o.placed_at AT TIME ZONE $1, 'YYYY-MM-DD') AS day,
       o.currency, l.product_id AS "productId", l.quantity, l.cancelled, l.returned, l.unit_price::text AS "unitPrice",
       o.discount::text AS discount, coalesce(l.request_id, o.request_id) AS "requestId",
       coalesce(l.placement, o.placement) AS placement
     FROM orders o JOIN order_lines l ON l.order_id = o.id ORDER BY o.id, l.sequence`,
    [timeZone],
  );
  return rows;
}

/** The revenue of a line, with integers of 8 decimals: its remaining units, less their part of the order's discount. */
function revenueOf(line: PlacedLine, ofOrder: readonly PlacedLine[]): string {
  const digits = Math.max(
    2,
    ...[...ofOrder.map(({ unitPrice }) => unitPrice), line.discount].map((text) => text.split('.')[1]?.length ?? 0),
  );
  const amountOf = ({ unitPrice, quantity }: PlacedLine) => units(unitPrice) * BigInt(quantity);
  const subtotal = ofOrder.reduce((sum, one) => sum + amountOf(one), 0n);
  const discount = units(line.discount) < subtotal ? units(line.discount) : subtotal;
  const partUpTo = (end: number) => {
    const through = ofOrder.filter(({ sequence }) => sequence <= end).reduce((sum, one) => sum + amountOf(one), 0n);
    return subtotal === 0n ? 0n : roundedTo(digits, discount * through, subtotal);
  };
  const net = amountOf(line) - partUpTo(line.sequence) + partUpTo(line.sequence - 1);
  const kept = BigInt(line.quantity - line.cancelled - line.returned);
  const revenue = roundedTo(digits, net * kept, BigInt(line.quantity));
  return textOf(line.kind === 'RETURN' ? -revenue : revenue, digits);
}

function units(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}

/** Returns the quotient, rounded to a number of decimals with halves away from zero, in units of 8 decimals. */
function roundedTo(digits: number, dividend: bigint, divisor: bigint): bigint {
  const unit = 10n ** BigInt(SCALE - digits) * divisor;
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = ((2n * size + unit) / (2n * unit)) * 10n ** BigInt(SCALE - digits);
  return dividend < 0n ? -rounded : rounded;
}

function textOf(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  const amount = `${text.slice(0, -SCALE)}.${text.slice(-SCALE).slice(0, digits)}`;
  return value < 0n ? `-${amount}` : amount;
}
