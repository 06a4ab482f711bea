import { createHash } from 'node:crypto';
import { openAdToken, type AdTokenKeys } from '../../src/auth/ad-token';

/** What an independent count of a log needs of its events, in the order of the log. Times are milliseconds since 1970. */
export interface CountedAdEvent {
  readonly position: number;
  readonly sequence: number;
  readonly type: string;
  readonly receivedAt: number;
  readonly occurredAt: number;
  readonly subject: string;
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly productId: string | null;
  readonly groupId: string | null;
  readonly requestId: string;
}

export interface CountedBudget {
  readonly campaignId: string;
  readonly position: number;
  readonly totalBudget: number;
  readonly dailyBudget: number | null;
  readonly pausedAt: number | null;
  readonly endsAt: number | null;
}

export interface CountedLineItemTerms {
  readonly lineItem: number;
  readonly position: number;
  readonly pausedAt: number | null;
  readonly frequencyCap: number | null;
}

export interface CountedPurchase {
  readonly position: number;
  readonly sequence: number;
  readonly subject: string;
  readonly productId: string;
  readonly groupId: string | null;
  readonly boughtAt: number;
}

export interface CountedMerge {
  readonly position: number;
  readonly from: string;
  readonly into: string;
}

export interface CountedAd {
  readonly position: number;
  readonly sequence: number;
  readonly outcome: string;
  readonly charged: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * Judges each event by looking at all events before it: slow, and written without the code of the product except for
 * opening tokens.
 */
export function recountAds(log: {
  readonly keys: AdTokenKeys;
  readonly events: readonly CountedAdEvent[];
  readonly merges: readonly CountedMerge[];
  readonly budgets: readonly CountedBudget[];
  readonly lineItems: readonly CountedLineItemTerms[];
  readonly purchases: readonly CountedPurchase[];
  readonly campaigns: ReadonlyMap<number, { readonly campaignId: string; readonly timeZone: string }>;
}): CountedAd[] {
  const done: (CountedAd & {
    readonly type: string;
    readonly owner: string;
    readonly receivedAt: number;
    readonly use: string;
    readonly lineItem: number;
    readonly campaignId: string;
    readonly day: string;
  })[] = [];
  const ownerAt = (subject: string, since: number, position: number) =>
    log.merges
      .filter((merge) => merge.position > since && merge.position < position)
      .reduce((owner, merge) => (merge.from === owner ? merge.into : owner), subject);
  for (const event of log.events) {
    const token = openAdToken(log.keys, event.requestId);
    const campaign = token && log.campaigns.get(token.lineItem);
    const own = { position: event.position, sequence: event.sequence };
    const add = (outcome: string, charged = 0) =>
      done.push({
        ...own,
        outcome,
        charged,
        type: event.type,
        owner: event.subject,
        receivedAt: event.receivedAt,
        use: `${event.type}/${token?.decision}/${token?.slot}`,
        lineItem: token?.lineItem ?? 0,
        campaignId: campaign?.campaignId ?? '',
        day: campaign === undefined ? '' : dayIn(campaign.timeZone, event.receivedAt),
      });
    const valid = done.filter(({ outcome }) => ['CHARGED', 'FREE', 'COUNTED'].includes(outcome));
    if (token === undefined || campaign === undefined) {
      add('FORGED');
      continue;
    }
    const hashes = new Set(hashesOf(event));
    if (!hashes.has(token.visitHash) || event.productId === null || sha(`p:${event.productId}`) !== token.productHash) {
      add('FOREIGN');
      continue;
    }
    const age = event.receivedAt - token.issuedAt;
    if (age > (event.type === 'CLICK' ? DAY : 30 * MINUTE)) {
      add('EXPIRED');
      continue;
    }
    if (valid.some(({ use }) => use === `${event.type}/${token.decision}/${token.slot}`)) {
      add('REPEATED');
      continue;
    }
    const ofVisitor = valid.filter(
      (one) => one.type === event.type && ownerAt(one.owner, one.position, event.position) === event.subject,
    );
    const day = dayIn(campaign.timeZone, event.receivedAt);
    const terms = log.lineItems
      .filter(({ lineItem, position }) => lineItem === token.lineItem && position < event.position)
      .at(-1);
    const ofLineItem = ofVisitor.filter(({ lineItem }) => lineItem === token.lineItem);
    const isBefore = (one: CountedPurchase) =>
      one.position < event.position || (one.position === event.position && one.sequence < event.sequence);
    const stated = event.occurredAt > event.receivedAt ? event.receivedAt : event.occurredAt;
    const clickedAt = stated < token.issuedAt ? token.issuedAt : stated;
    const hasBought = log.purchases.some(
      (one) =>
        isBefore(one) &&
        (one.productId === event.productId ||
          (one.groupId ?? 'none of it') === (event.groupId ?? 'none of the click')) &&
        ownerAt(one.subject, one.position, event.position) === event.subject &&
        one.boughtAt <= clickedAt &&
        one.boughtAt >= clickedAt - DAY,
    );
    if (event.type === 'CLICK' && (hasBought || ofLineItem.some((one) => one.day === day))) {
      add('DUPLICATE');
      continue;
    }
    const seen = ofLineItem.filter(({ receivedAt }) => receivedAt > event.receivedAt - DAY).length;
    if (event.type === 'IMPRESSION' && seen >= (terms?.frequencyCap ?? Infinity)) {
      add('CAPPED');
      continue;
    }
    const within = (ms: number) => ofVisitor.filter(({ receivedAt }) => receivedAt > event.receivedAt - ms).length;
    if (event.type === 'CLICK' ? within(MINUTE) >= 10 || within(DAY) >= 100 : within(MINUTE) >= 200) {
      add('BURST');
      continue;
    }
    if ((token.bidKind === 'CPC') !== (event.type === 'CLICK')) {
      add('COUNTED');
      continue;
    }
    const budget = log.budgets
      .filter(({ campaignId, position }) => campaignId === campaign.campaignId && position < event.position)
      .at(-1);
    const charged = done.filter(({ campaignId }) => campaignId === campaign.campaignId);
    const sum = (rows: typeof charged) => rows.reduce((total, row) => total + row.charged, 0);
    const latest = event.receivedAt - 10 * MINUTE;
    const fits =
      budget !== undefined &&
      !(budget.pausedAt !== null && budget.pausedAt < latest) &&
      !(budget.endsAt !== null && budget.endsAt < latest) &&
      !(terms !== undefined && terms.pausedAt !== null && terms.pausedAt < latest) &&
      sum(charged) + token.price <= budget.totalBudget &&
      (budget.dailyBudget === null ||
        sum(charged.filter((row) => row.day === day)) + token.price <= budget.dailyBudget);
    if (fits) add('CHARGED', token.price);
    else add('FREE');
  }
  return done.map(({ position, sequence, outcome, charged }) => ({ position, sequence, outcome, charged }));
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

function hashesOf({ customerId, sessionId }: CountedAdEvent): string[] {
  return [
    ...(customerId === null ? [] : [sha(`c:${customerId}`)]),
    ...(sessionId === null ? [] : [sha(`s:${sessionId}`)]),
  ];
}

function dayIn(timeZone: string, time: number): string {
  return new Date(time).toLocaleDateString('sv-SE', { timeZone });
}
