import { isLongerThan } from '../../expressions/code-points';
import type { ProductConditionsService } from '../../catalog/product-conditions.service';
import { ApiError } from '../../graphql/errors';
import { hasControls, isVisible } from '../../graphql/id';
import { checkMoney } from '../../graphql/money-fault';
import type { MoneyInput } from '../../graphql/money.type';
import { faultOfName } from '../../graphql/shown-text';
import type { UserError } from '../../graphql/user-error.type';
import { MILLION, toMillionths } from '../millionths';
import { AdTargeting } from './ad-definitions.read-model';
import {
  MAX_EXPLORATION_SHARE,
  MAX_SLOTS,
  type AdPlacementRecord,
  type CampaignRecord,
  type LineItemRecord,
} from './ad-records';

const MAX_NAME_LENGTH = 100;
const MAX_PLACEMENTS = 20;
const MAX_PRODUCTS = 1_000;
const MAX_KEYWORDS = 200;
const MAX_KEYWORD_LENGTH = 100;
const MAX_FREQUENCY_CAP = 1_000;
/** Prices of a thousand impressions have at most three decimals, so that those of one are whole millionths. */
const CPM_STEP = 1_000;

/** A faulty value of an input, as an exception inside a transaction. */
export class AdFault extends Error {
  readonly userError: UserError;

  constructor(message: string, field: string | null, code: UserError['code'] = 'BAD_USER_INPUT') {
    super(message);
    const path = field === null ? [] : field.split(/[.[\]]+/).filter((part) => part !== '');
    this.userError = { code, message, field: field === null ? null : ['input', ...path] };
  }
}

/** @throws AdFault for a name that is missing or not allowed */
export function requireName(name: string | null | undefined): string {
  const fault = faultOfName('name', name, MAX_NAME_LENGTH);
  if (fault !== undefined) throw new AdFault(`${fault}.`, 'name');
  return name!;
}

/** @throws AdFault for an amount that is not a positive one of this currency with at most six decimals */
export function requireAmount(
  money: MoneyInput,
  field: string,
  {
    currency,
    isZeroAllowed = false,
    max,
  }: { readonly currency?: string; readonly isZeroAllowed?: boolean; readonly max: number },
): number {
  const fault = checkMoney(money);
  if (fault !== undefined) throw new AdFault(`${field}.${fault.message}.`, `${field}.${fault.path}`);
  if (currency !== undefined && money.currency !== currency)
    throw new AdFault(`${field} must be in ${currency}; got ${money.currency}.`, `${field}.currency`);
  const millionths = toMillionths(money.amount);
  if (millionths === undefined || millionths > max * MILLION || (millionths === 0 && !isZeroAllowed))
    throw new AdFault(
      `${field} must be ${isZeroAllowed ? 'from 0' : 'above 0 and up'} to ${max}, with at most 6 decimals; got ${money.amount}.`,
      `${field}.amount`,
    );
  return millionths;
}

/** @throws AdFault for a price of a thousand impressions with more than three decimals */
export function requireCpmStep(millionths: number, field: string): number {
  if (millionths % CPM_STEP === 0) return millionths;
  throw new AdFault(`${field} must have at most 3 decimals for a thousand impressions.`, `${field}.amount`);
}

function isAdTimeZone(name: string): boolean {
  try {
    // Offsets and abbreviations, such as CET, mean something else in PostgreSQL.
    return /^(UTC$|[A-Z]\w*\/)/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** @throws AdFault */
export function checkPlacement({ slots, explorationShare }: AdPlacementRecord): void {
  if (slots < 1 || slots > MAX_SLOTS) throw new AdFault(`slots must be from 1 to ${MAX_SLOTS}; got ${slots}.`, 'slots');
  if (!(explorationShare >= 0 && explorationShare <= MAX_EXPLORATION_SHARE))
    throw new AdFault(
      `explorationShare must be from 0 to ${MAX_EXPLORATION_SHARE}; got ${explorationShare}.`,
      'explorationShare',
    );
}

/**
 * @param before the campaign as stored, if it is
 * @param spent what it has spent, in millionths
 * @param highestBid the highest bid of its line items, in millionths; 0 without one
 * @param now ISO 8601
 * @throws AdFault
 */
export function checkCampaign(
  campaign: CampaignRecord,
  before: CampaignRecord | undefined,
  { spent, highestBid, now }: { readonly spent: number; readonly highestBid: number; readonly now: string },
): void {
  const { totalBudget, dailyBudget, startsAt, endsAt, timeZone } = campaign;
  if (!isAdTimeZone(timeZone))
    throw new AdFault(
      `timeZone must be an IANA name such as Europe/Berlin; got ${JSON.stringify(timeZone)}.`,
      'timeZone',
    );
  if (totalBudget < spent)
    throw new AdFault('totalBudget must not be below what the campaign has spent.', 'totalBudget');
  if (dailyBudget !== null && dailyBudget > totalBudget)
    throw new AdFault('dailyBudget must not be above totalBudget.', 'dailyBudget');
  if (highestBid > totalBudget) throw new AdFault('totalBudget must not be below a bid.', 'totalBudget');
  if (dailyBudget !== null && highestBid > dailyBudget)
    throw new AdFault('dailyBudget must not be below a bid.', 'dailyBudget');
  if (endsAt !== null && endsAt <= startsAt) throw new AdFault('endsAt must be after startsAt.', 'endsAt');
  if (endsAt !== null && endsAt !== before?.endsAt && endsAt <= now)
    throw new AdFault('endsAt must be in the future: the flight would be over.', 'endsAt');
}

/** @throws AdFault */
export function checkLineItem(
  lineItem: LineItemRecord,
  campaign: CampaignRecord,
  placements: ReadonlyMap<string, AdPlacementRecord>,
  conditions: ProductConditionsService,
): void {
  const { bid, bidKind, productIds, targeting, frequencyCap } = lineItem;
  const { totalBudget, dailyBudget, currency } = campaign;
  if (bidKind === 'CPM') requireCpmStep(bid, 'bid');
  if (bid > totalBudget) throw new AdFault('bid must not be above the total budget of the campaign.', 'bid');
  if (dailyBudget !== null && bid > dailyBudget)
    throw new AdFault('bid must not be above the daily budget of the campaign.', 'bid');
  checkCount('placements', lineItem.placements, 1, MAX_PLACEMENTS);
  lineItem.placements.forEach((id, index) => {
    const placement = placements.get(id);
    const field = `placements[${index}]`;
    if (placement === undefined)
      throw new AdFault(`There is no ad placement ${JSON.stringify(id)}: see upsertAdPlacement.`, field, 'NOT_FOUND');
    if (placement.currency !== currency)
      throw new AdFault(`${field} has the currency ${placement.currency}, the campaign ${currency}.`, field);
  });
  checkCount('productIds', productIds, 1, MAX_PRODUCTS);
  for (const name of ['exactKeywords', 'phraseKeywords', 'negativeKeywords'] as const) {
    checkCount(name, lineItem[name], 0, MAX_KEYWORDS);
    lineItem[name].forEach((keyword, index) => {
      if (!isVisible(keyword) || isLongerThan(keyword, MAX_KEYWORD_LENGTH) || hasControls(keyword))
        throw new AdFault(
          `${name}[${index}] must have from 1 to ${MAX_KEYWORD_LENGTH} characters, none of them a control character.`,
          `${name}[${index}]`,
        );
    });
  }
  if (frequencyCap !== null && (frequencyCap < 1 || frequencyCap > MAX_FREQUENCY_CAP))
    throw new AdFault(`frequencyCap must be from 1 to ${MAX_FREQUENCY_CAP}; got ${frequencyCap}.`, 'frequencyCap');
  if (targeting === null) return;
  try {
    AdTargeting.compile(targeting, conditions);
  } catch (error) {
    if (error instanceof ApiError) throw new AdFault(error.message.replace(/^filter/, 'targeting'), 'targeting');
    throw error;
  }
}

function checkCount(name: string, list: readonly string[], min: number, max: number): void {
  if (list.length < min || list.length > max)
    throw new AdFault(`${name} must have from ${min} to ${max} items; got ${list.length}.`, name);
}
