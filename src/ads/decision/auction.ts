import type { AdBidKind } from '../../auth/ad-token';

/** A product that a line item would show. Amounts are millionths of a currency. */
export interface AuctionCandidate {
  readonly advertiserId: string;
  readonly lineItem: number;
  readonly productId: string;
  readonly bidKind: AdBidKind;
  /** For a click (CPC) or for one impression (CPM). */
  readonly bid: number;
  /** The lowest price for a click or for one impression. */
  readonly reserve: number;
  /** Predicted probability of a click in the first slot, from 0 (excluded) to 1. */
  readonly probability: number;
  /** How well the product fits the list, from 0 (excluded) to 1. */
  readonly quality: number;
}

export interface AuctionWinner<C extends AuctionCandidate = AuctionCandidate> {
  readonly candidate: C;
  /** From 1. */
  readonly slot: number;
  /** For a click or for one impression. */
  readonly price: number;
  /** Whether the slot was filled at random, outside the auction. */
  readonly isExploration: boolean;
}

export interface AuctionResult<C extends AuctionCandidate> {
  /** In order of slot. */
  readonly winners: readonly AuctionWinner<C>[];
  /** The best candidate of each advertiser that took part, in order of score. */
  readonly ranking: readonly C[];
}

/** Scores are products of doubles: without this tolerance, a whole number that is off in its last digit would be rounded up. */
const ROUNDING = 1e-12;

/** Expected revenue of an impression with quality: what the auction ranks by. */
export function scoreOf({
  bidKind,
  bid,
  probability,
  quality,
}: Pick<AuctionCandidate, 'bidKind' | 'bid' | 'probability' | 'quality'>): number {
  return bid * rateOf(bidKind, probability) * quality;
}

/**
 * A generalized second-price auction (Edelman, Ostrovsky and Schwarz 2007; scores as in Varian 2007) with at most one
 * slot for each advertiser. Bids below the reserve take no part. A winner pays what it would need to win against the
 * advertiser who would take the slot without it, at least the reserve and at most the bid. With one slot, this is a
 * Vickrey auction.
 *
 * Exploring slots are drawn first: each shows a random candidate at the reserve, whose advertiser then takes no part in
 * the auction.
 * @param explores returns whether a slot (from 1) explores
 * @param random a number in [0, 1)
 */
export function runAuction<C extends AuctionCandidate>(
  candidates: readonly C[],
  slots: number,
  { explores = () => false, random = () => 0 }: { explores?: (slot: number) => boolean; random?: () => number } = {},
): AuctionResult<C> {
  let eligible = candidates.filter(({ bid, reserve }) => bid >= reserve);
  const winners: AuctionWinner<C>[] = [];
  for (let slot = 1; slot <= slots && eligible.length > 0; slot++) {
    if (!explores(slot)) continue;
    const candidate = eligible[Math.floor(random() * eligible.length)]!;
    winners.push({ candidate, slot, price: candidate.reserve, isExploration: true });
    eligible = eligible.filter(({ advertiserId }) => advertiserId !== candidate.advertiserId);
  }
  const ranking = bestOfEach(eligible);
  const taken = new Set(winners.map(({ slot }) => slot));
  for (let slot = 1, rank = 0; slot <= slots && rank < ranking.length; slot++) {
    if (taken.has(slot)) continue;
    const candidate = ranking[rank++]!;
    const next = ranking[rank];
    winners.push({ candidate, slot, price: priceOf(candidate, next), isExploration: false });
  }
  return { winners: winners.sort((a, b) => a.slot - b.slot), ranking };
}

/** Returns the best candidate of each advertiser with a score above 0, in order of score. Equal scores go by line item and product. */
function bestOfEach<C extends AuctionCandidate>(candidates: readonly C[]): C[] {
  const best = new Map<string, { readonly candidate: C; readonly score: number }>();
  for (const candidate of candidates) {
    const score = scoreOf(candidate);
    const known = best.get(candidate.advertiserId);
    if (score > 0 && (known === undefined || compare({ candidate, score }, known) < 0))
      best.set(candidate.advertiserId, { candidate, score });
  }
  return [...best.values()].sort(compare).map(({ candidate }) => candidate);
}

interface Scored {
  readonly candidate: AuctionCandidate;
  readonly score: number;
}

function compare(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  const [one, other] = [a.candidate, b.candidate];
  return one.lineItem - other.lineItem || (one.productId < other.productId ? -1 : 1);
}

function priceOf(winner: AuctionCandidate, next: AuctionCandidate | undefined): number {
  const { bid, reserve, bidKind, probability, quality } = winner;
  if (next === undefined) return reserve;
  const needed = scoreOf(next) / (rateOf(bidKind, probability) * quality);
  return Math.min(bid, Math.ceil(Math.max(reserve, needed * (1 - ROUNDING))));
}

/** The payments that one impression brings: a click with its probability, or the impression itself. */
function rateOf(bidKind: AdBidKind, probability: number): number {
  return bidKind === 'CPC' ? probability : 1;
}
