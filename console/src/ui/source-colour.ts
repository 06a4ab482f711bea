/** Sources of reasons by their hue, which is the same throughout the console. Unlisted sources share the last hue. */
const HUES: readonly (readonly string[])[] = [
  ['temporal-ridge', 'text'],
  ['ease', 'recent-ease', 'affinity'],
  ['personal-frequency', 'recently-viewed', 'clicks'],
  ['co-interest', 'recent-co-interest', 'same-category', 'fields'],
  ['co-purchase', 'pinned'],
  ['popularity', 'trending', 'acquisition'],
  ['ials', 'product', 'nearest-sessions', 'transitions'],
  ['novelty', 'newest', 'boost'],
];

/** Returns a source's hue, 0 to 7: `--part-0` … `--part-7` of tokens.css. */
export function hueOf(source: string): number {
  const hue = HUES.findIndex((sources) => sources.includes(source));
  return hue < 0 ? HUES.length - 1 : hue;
}
