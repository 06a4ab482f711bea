/** What a reason says to a person, by its source; `title` is the past product's. */
export function reasonText(source: string, share: number, title: string | undefined): string {
  const percent = `${Math.round(share * 100)} %`;
  const because = TEXTS[source];
  if (because === undefined) return `${percent}: ${source.replaceAll('-', ' ')}`;
  return `${percent}: ${because(title)}`;
}

const TEXTS: Readonly<Record<string, (title: string | undefined) => string>> = {
  'co-interest': (title) => (title ? `customers who cared for “${title}” care for it` : 'customers with a like history care for it'),
  'co-purchase': (title) => (title ? `bought in one order with “${title}”` : 'bought in one order with what is in the basket'),
  'personal-frequency': () => 'bought before, and regularly',
  popularity: () => 'asked for most',
  'popularity-30d': () => 'asked for most in the last 30 days',
  trending: () => 'asked for more than it used to be',
  'recently-viewed': () => 'viewed lately',
  'same-category': (title) => (title ? `of the same category as “${title}”` : 'of the same category'),
};
