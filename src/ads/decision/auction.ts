import type { AdBidKind } from '../../auth/ad-token';
import { randomItem } from '../../learn/random-draws';

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
  /** The best candidate of each advertiser without a slot, in order of score. */
  readonly losers: readonly C[];
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
 * slot for each advertiser and for each product. Bids below the reserve take no part. Slot by slot, the highest score
 * wins. A winner pays what it would need to win against the candidate that would take the slot if the advertiser were
 * absent, at least the reserve and at most the bid. With one slot, this is a Vickrey auction.
 *
 * Exploring slots are drawn first: each shows a random candidate at the reserve, whose advertiser and product then take
 * no part in the auction.
 * @param explores returns whether a slot (from 1) explores
 * @param random a number in [0, 1)
 */
export function runAuction<C extends AuctionCandidate>(
  candidates: readonly C[],
  slots: number,
  { explores = () => false, random = () => 0 }: { explores?: (slot: number) => boolean; random?: () => number } = {},
): AuctionResult<C> {
  let open = candidates
    .filter(({ bid, reserve }) => bid >= reserve)
    .map((candidate) => ({ candidate, score: scoreOf(candidate) }));
  const winners: AuctionWinner<C>[] = [];
  const show = (candidate: C, slot: number, price: number, isExploration: boolean) => {
    winners.push({ candidate, slot, price, isExploration });
    open = open.filter(
      ({ candidate: other }) =>
        other.advertiserId !== candidate.advertiserId && other.productId !== candidate.productId,
    );
  };
  for (let slot = 1; slot <= slots && open.length > 0; slot++) {
    if (!explores(slot)) continue;
    const { candidate } = randomItem(open, random);
    show(candidate, slot, candidate.reserve, true);
  }
  const taken = new Set(winners.map(({ slot }) => slot));
  for (let slot = 1; slot <= slots; slot++) {
    if (taken.has(slot)) continue;
    const [best, next] = bestTwo(open);
    if (best === undefined) break;
    show(best.candidate, slot, priceOf(best.candidate, next?.score ?? 0), false);
  }
  const shown = new Set(winners.map(({ candidate }) => candidate.advertiserId));
  return {
    winners: winners.sort((a, b) => a.slot - b.slot),
    losers: bestOfEach(candidates.filter(({ advertiserId }) => !shown.has(advertiserId))),
  };
}

/** Returns the best candidate with a score above 0, and the best one of the other advertisers. */
function bestTwo<S extends Scored>(open: readonly S[]): [S | undefined, S | undefined] {
  let best: S | undefined;
  for (const one of open) if (one.score > 0 && (best === undefined || compare(one, best) < 0)) best = one;
  let next: S | undefined;
  for (const one of open)
    if (one.candidate.advertiserId !== best?.candidate.advertiserId && (next === undefined || compare(one, next) < 0))
      next = one;
  return [best, next];
}

/** Returns the best candidate of each advertiser with a score above 0, in order of score. */
function bestOfEach<C extends AuctionCandidate>(candidates: readonly C[]): C[] {
  const best = new Map<string, { readonly candidate: C; readonly score: number }>();
  for (const candidate of candidates) {
    if (candidate.bid < candidate.reserve) continue;
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

/** The higher score first; equal ones by line item and product. */
function compare(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  const [one, other] = [a.candidate, b.candidate];
  return one.lineItem - other.lineItem || (one.productId < other.productId ? -1 : 1);
}

/** @param next the score of the candidate that would take the slot; 0 without one */
function priceOf(winner: AuctionCandidate, next: number): number {
  const { bid, reserve, bidKind, probability, quality } = winner;
  const needed = next / (rateOf(bidKind, probability) * quality);
  return Math.min(bid, Math.ceil(Math.max(reserve, needed * (1 - ROUNDING))));
}

/** The payments that one impression brings: a click with its probability, or the impression itself. */
function rateOf(bidKind: AdBidKind, probability: number): number {
  return bidKind === 'CPC' ? probability : 1;
}
