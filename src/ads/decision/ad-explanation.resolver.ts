import { Arg, Extensions, Query, Resolver } from 'type-graphql';
import { WORK } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import type { Pool } from '../../platform/postgres';
import type { AdDefinitionsReadModel } from '../definitions/ad-definitions.read-model';
import { fromMillionths } from '../millionths';
import { findDecision, type StoredCandidate } from './ad-decision.store';
import type { AdDecisionLog } from './ad-decision-log.service';
import { AdDecisionExplanation, type AdCandidate } from './ad-explanation.type';
import { scoreOf } from './auction';

/** Rate-limit cost of an SQL statement. A plain field costs 1. */
const READ_WORK = 200;

@Resolver()
export class AdExplanationResolver {
  constructor(
    private readonly pool: Pool,
    private readonly decisions: Pick<AdDecisionLog, 'flush'>,
    private readonly definitions: AdDefinitionsReadModel,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: READ_WORK })
  @Query(() => AdDecisionExplanation, {
    nullable: true,
    description:
      'Why an answer shows its ads: who took part, with probabilities and prices, and who was excluded. Null if there is no such decision, if it is older than AD_DECISION_DAYS, or if it was not stored because its visit had many. Decisions of other API processes can be read after a second.',
  })
  async adDecision(
    @Arg('id', () => ID, { description: 'The `id` of an `AdDecision`.' }) id: string,
  ): Promise<AdDecisionExplanation | null> {
    await this.decisions.flush();
    const found = await findDecision(this.pool, id);
    if (found === undefined) return null;
    const { record, decidedAt, placement } = found;
    const { query, relevantProducts, winners, competitors, excluded } = record;
    const currency = this.definitions.find('PLACEMENT', placement)?.currency ?? '';
    const money = (millionths: number) => ({ amount: fromMillionths(Math.round(millionths)), currency });
    const shown = (stored: StoredCandidate, clickProbability: number): AdCandidate => {
      const { lineItemId, productId, advertiserId, bidKind, bid, reserve, quality } = stored;
      const amounts = { bid: money(bid), reserve: money(reserve), score: money(scoreOf(stored)) };
      return { lineItemId, productId, advertiserId, bidKind, clickProbability, quality, ...amounts };
    };
    return {
      ...{ id, placement, query, relevantProducts, excluded },
      decidedAt: new Date(decidedAt),
      winners: winners.map((winner) => ({
        slot: winner.slot,
        candidate: shown(winner, winner.probabilityInSlot),
        price: money(winner.price),
        isExploration: winner.exploration,
      })),
      competitors: competitors.map((stored) => shown(stored, stored.probability)),
    };
  }
}
