/** What a reason says to a person, by its source; `title` is the past product's. */
export function reasonText(source: string, share: number, title: string | undefined): string {
  const because = TEXTS[source]?.(title) ?? source.replaceAll('-', ' ');
  return `${Math.round(share * 100)} %: ${because}`;
}

const quoted = (title: string | undefined, otherwise: string) => (title === undefined ? otherwise : `“${title}”`);

const TEXTS: Readonly<Record<string, (title: string | undefined) => string>> = {
  'co-interest': (title) => `whoever cared for ${quoted(title, 'the same products')} cares for it`,
  'recent-co-interest': (title) => `goes with the recent interest in ${quoted(title, 'other products')}`,
  'co-purchase': (title) => `bought in one order with ${quoted(title, 'the same products')}`,
  'temporal-ridge': (title) => `who had ${quoted(title, 'the same products')} went on to buy it`,
  ease: (title) => `${quoted(title, 'what is known of the customer')} speaks for it, beyond what the rest explains`,
  'recent-ease': (title) => `recent interest in ${quoted(title, 'other products')} speaks for it`,
  ials: () => 'fits the taste of the whole history',
  'personal-frequency': () => 'bought before, and due again',
  popularity: () => 'asked for most lately',
  acquisition: () => 'wins new buyers',
  trending: () => 'asked for more than it used to be',
  novelty: () => 'new here',
  pinned: () => 'placed here by the shop',
  text: () => 'has what was searched for',
  fields: () => 'has it where it counts',
  affinity: () => 'fits what is known of the customer',
  clicks: () => 'chosen by others who searched for this',
  product: () => 'by what it is: its price, rating or novelty',
  boost: () => 'put forward by the shop',
  newest: () => 'new in the catalogue',
  'recently-viewed': () => 'viewed lately',
  'same-category': (title) => `of the same category as ${quoted(title, 'the product')}`,
};
