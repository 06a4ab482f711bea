/**
 * Returns the text of a reason for display.
 * @param title title of the product that explains the reason; undefined if there is none
 */
export function reasonText(source: string, share: number, title: string | undefined): string {
  const because = TEXTS[source]?.(title) ?? source.replaceAll('-', ' ');
  return `${Math.round(share * 100)} %: ${because}`;
}

const quoted = (title: string | undefined, otherwise: string) => (title === undefined ? otherwise : `“${title}”`);

const TEXTS: Readonly<Record<string, (title: string | undefined) => string>> = {
  'co-interest': (title) => `customers interested in ${quoted(title, 'the same products')} are interested in it`,
  'recent-co-interest': (title) => `goes with the recent interest in ${quoted(title, 'other products')}`,
  'co-purchase': (title) => `bought in one order with ${quoted(title, 'the same products')}`,
  'temporal-ridge': (title) => `customers interested in ${quoted(title, 'the same products')} bought it next`,
  ease: (title) => `predicted from the interest in ${quoted(title, 'other products')}`,
  'recent-ease': (title) => `predicted from the recent interest in ${quoted(title, 'other products')}`,
  'nearest-sessions': () => 'in recent sessions with similar products',
  transitions: () => 'what customers looked at or bought next',
  ials: () => "matches the customer's whole history",
  'personal-frequency': () => 'bought before and likely to be bought again',
  popularity: () => 'currently popular',
  acquisition: () => 'popular with first-time buyers',
  trending: () => 'more popular than usual',
  novelty: () => 'recently added',
  pinned: () => 'pinned by the shop',
  text: () => 'matches the search text',
  fields: () => 'matches the search text in an important field',
  affinity: () => "matches the customer's interests",
  clicks: () => 'chosen by other customers for this search',
  product: () => 'ranked by its price, rating or novelty',
  boost: () => 'boosted by the shop',
  newest: () => 'new in the catalogue',
  'recently-viewed': () => 'recently viewed',
  'same-category': (title) => `in the same category as ${quoted(title, 'the product')}`,
};
