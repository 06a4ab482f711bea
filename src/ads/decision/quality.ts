/** From this rank on, the quality is half of that of the first product. */
const HALF_QUALITY_RANK = 40;

/**
 * How well a product fits a list, by its rank in the order of relevance (from 0): 1 for the first, then falling slowly, so
 * that a bid must be twice as high at rank {@link HALF_QUALITY_RANK}.
 */
export function qualityOfRank(rank: number): number {
  return 1 / (1 + rank / HALF_QUALITY_RANK);
}
