import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { Scoped } from '../../graphql/scope';
import { MerchandisingService } from './merchandising.service';
import {
  DeleteMerchandisingRuleInput,
  DeleteMerchandisingRulePayload,
  MerchandisingRuleConnection,
  UpsertMerchandisingRuleInput,
  UpsertMerchandisingRulePayload,
} from './merchandising.type';

@Resolver()
export class MerchandisingResolver {
  constructor(private readonly service: MerchandisingService) {}

  @Scoped('ADMIN')
  @Query(() => MerchandisingRuleConnection, { description: 'All rules, by id.' })
  async merchandisingRules(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<MerchandisingRuleConnection> {
    const id = textCursor('merchandising', after);
    const count = checkFirst(first);
    const rows = await this.service.page(id, count + 1);
    return pageOf(rows, count, id !== undefined, (rule) => encodeCursor('merchandising', rule.id));
  }

  @Scoped('ADMIN')
  @Mutation(() => UpsertMerchandisingRulePayload, { description: 'In force with the next search.' })
  upsertMerchandisingRule(
    @Arg('input', () => UpsertMerchandisingRuleInput) input: UpsertMerchandisingRuleInput,
  ): Promise<UpsertMerchandisingRulePayload> {
    return this.service.upsert(input);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteMerchandisingRulePayload)
  deleteMerchandisingRule(
    @Arg('input', () => DeleteMerchandisingRuleInput) { id }: DeleteMerchandisingRuleInput,
  ): Promise<DeleteMerchandisingRulePayload> {
    return this.service.delete(id);
  }
}
