/** A reason's sources, by the hue that each keeps all over the console; a source that is new here shares the last. */
const HUES: readonly (readonly string[])[] = [
  ['temporal-ridge', 'text'],
  ['ease', 'recent-ease', 'affinity'],
  ['personal-frequency', 'recently-viewed', 'clicks'],
  ['co-interest', 'recent-co-interest', 'same-category', 'fields'],
  ['co-purchase', 'pinned'],
  ['popularity', 'trending', 'acquisition'],
  ['ials', 'product'],
  ['novelty', 'newest', 'boost'],
];

/** 0 to 7: `--part-0` … `--part-7` of tokens.css. */
export function hueOf(source: string): number {
  const hue = HUES.findIndex((sources) => sources.includes(source));
  return hue < 0 ? HUES.length - 1 : hue;
}
