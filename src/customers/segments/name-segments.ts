import { deviationOf, type SegmentProfile } from './segment-profile';

/** A property is named if the segment's mean is this many of the shop's standard deviations from the shop's mean. */
const MIN_DEVIATION = 0.5;
/** A name from the previous version stays while each of its terms holds with this deviation. */
const MIN_RETAINED_DEVIATION = 0.3;
/** Further terms that make two names different may be this weak. */
const MIN_DISTINGUISHING_DEVIATION = 0.1;
const MAX_TERMS = 3;
/** A difference of this many points of a category's share counts like one standard deviation. */
const CATEGORY_DEVIATION = 0.2;
const MIN_CATEGORY_RATIO = 1.5;
const RECENT = -0.5;
const LONG_AGO = 0.4;

/** What a name is made from. */
export interface NamedSegment {
  readonly id: number;
  readonly size: number;
  readonly profile: SegmentProfile;
}

export interface SegmentName {
  readonly name: string;
  /** The parts of the name; the first one is about recency and frequency. */
  readonly terms: readonly string[];
}

interface Term {
  readonly text: string;
  /** In standard deviations, ≥ 0. */
  readonly deviation: number;
}

/**
 * Names segments by what distinguishes their customers from the whole shop: first how often and how recently they
 * order, then the properties and categories that deviate most, such as "loyal, large baskets, garden". Names are unique
 * within a version. A segment retains its previous name while it is still true.
 * @param shop the profile of all customers
 * @param categories names of the encoding's categories
 * @param previous terms of the previous version's names, by id
 * @returns the names in the order of the segments
 */
export function nameSegments(
  segments: readonly NamedSegment[],
  shop: SegmentProfile,
  categories: readonly string[],
  previous: ReadonlyMap<number, readonly string[]>,
): SegmentName[] {
  const names = new Map<number, SegmentName>();
  const taken = new Set<string>();
  const give = (id: number, terms: readonly string[], name = terms.join(', ')): void => {
    names.set(id, { name, terms });
    taken.add(name);
  };
  for (const { id, profile } of segments) {
    const terms = previous.get(id);
    if (terms !== undefined && !taken.has(terms.join(', ')) && stillHolds(terms, profile, shop, categories))
      give(id, terms);
  }
  const unnamed = segments.filter(({ id }) => !names.has(id)).sort((a, b) => b.size - a.size || a.id - b.id);
  for (const { id, profile } of unnamed) {
    const properties = propertiesOf(profile, shop, categories);
    const terms = [leadOf(profile)];
    for (const { text, deviation } of properties) {
      const isWanted = terms.length < MAX_TERMS && deviation >= MIN_DEVIATION;
      if (isWanted || (taken.has(terms.join(', ')) && deviation >= MIN_DISTINGUISHING_DEVIATION)) terms.push(text);
    }
    const name = terms.join(', ');
    give(id, terms, taken.has(name) ? `${name} (${id})` : name);
  }
  return segments.map(({ id }) => names.get(id)!);
}

/** Describes a segment in one sentence, with its figures as of the fit. */
export function describeSegment({ size, profile }: Omit<NamedSegment, 'id'>): string {
  const { gapDays, oneOrderShare, basket, recencyDays } = profile;
  const customers = `${size} ${size === 1 ? 'customer' : 'customers'}`;
  const rhythm =
    gapDays === null || oneOrderShare >= 0.5
      ? `${Math.round(100 * oneOrderShare)} % ordered once`
      : `order every ${days(gapDays)}`;
  return `${customers}: ${rhythm}, ${basket.toFixed(2)} a basket, last order ${days(recencyDays)} ago.`;
}

function days(count: number): string {
  const rounded = Math.round(count);
  return rounded === 1 ? '1 day' : `${rounded} days`;
}

/** The first term of a name, from recency, frequency and the share of customers with one order. */
function leadOf(profile: SegmentProfile, recencyShift = 0, frequencyShift = 0): string {
  const recency = deviationOf(profile, 'recency') + recencyShift;
  const frequency = deviationOf(profile, 'frequency') + frequencyShift;
  if (frequency >= MIN_DEVIATION) return recency < LONG_AGO ? 'loyal' : 'once loyal';
  if (profile.oneOrderShare >= 0.5)
    return recency <= RECENT ? 'recent first order' : recency < LONG_AGO ? 'one order' : 'one order, long ago';
  return recency <= RECENT ? 'active' : recency < LONG_AGO ? 'occasional' : 'lapsed';
}

/** The properties that deviate from the shop, the most deviating first. */
function propertiesOf(profile: SegmentProfile, shop: SegmentProfile, categories: readonly string[]): Term[] {
  const of = (column: Parameters<typeof deviationOf>[1], high: string, low: string): Term => {
    const deviation = deviationOf(profile, column);
    return { text: deviation > 0 ? high : low, deviation: Math.abs(deviation) };
  };
  const amounts = [of('basket', 'large baskets', 'small baskets'), of('money', 'high spending', 'low spending')];
  const rhythms = [
    of('gap', 'long gaps', 'short gaps'),
    of('gap-spread', 'irregular', 'regular'),
    of('discount', 'discounts', 'full price'),
  ];
  const bought = categories.map((category, c): Term => {
    const [share, shopShare] = [profile.categoryShares[c]!, shop.categoryShares[c]!];
    const stands = share >= MIN_CATEGORY_RATIO * shopShare;
    return { text: category, deviation: stands ? (share - shopShare) / CATEGORY_DEVIATION : 0 };
  });
  return [...amounts, ...rhythms, ...bought]
    .filter(({ deviation }) => deviation > 0)
    .sort((a, b) => b.deviation - a.deviation || (a.text < b.text ? -1 : 1));
}

function stillHolds(
  [lead, ...terms]: readonly string[],
  profile: SegmentProfile,
  shop: SegmentProfile,
  categories: readonly string[],
): boolean {
  const slack = MIN_DEVIATION - MIN_RETAINED_DEVIATION;
  const shifts = [0, -slack, slack];
  const properties = propertiesOf(profile, shop, categories);
  return (
    shifts.some((recency) => shifts.some((frequency) => leadOf(profile, recency, frequency) === lead)) &&
    terms.every((term) =>
      properties.some(({ text, deviation }) => text === term && deviation >= MIN_RETAINED_DEVIATION),
    )
  );
}
