import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { budgetOf } from '../../expressions/budget';
import type { Context } from '../../graphql/context';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { ProductSearchConnection } from '../search.type';
import { MerchandisingService } from './merchandising.service';
import {
  DeleteMerchandisingRuleInput,
  DeleteMerchandisingRulePayload,
  MerchandisingRuleConnection,
  MerchandisingWarning,
  UpsertMerchandisingRuleInput,
  UpsertMerchandisingRulePayload,
  WARNINGS,
} from './merchandising.type';
import type { RuleWarnings } from './rule-warnings.service';

/** Rate-limit cost of the warnings of a rule, which searches for each of its queries. A plain field costs 1. */
const WARNINGS_WORK = 2_000;

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

@Resolver(() => UpsertMerchandisingRulePayload)
export class StoredRuleWarningsResolver {
  constructor(private readonly ruleWarnings: RuleWarnings) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WARNINGS_WORK })
  @FieldResolver(() => [MerchandisingWarning], {
    nullable: true,
    description: `${WARNINGS} The rule is stored all the same. null if the catalogue could not be compared in time.`,
  })
  async warnings(
    @Root() { rule, receipt }: UpsertMerchandisingRulePayload,
    @Ctx() context: Context,
  ): Promise<readonly MerchandisingWarning[] | null> {
    return rule === null ? [] : this.ruleWarnings.ofStored(rule, receipt, budgetOf(context));
  }
}

@Resolver(() => ProductSearchConnection)
export class PreviewWarningsResolver {
  constructor(private readonly ruleWarnings: RuleWarnings) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WARNINGS_WORK })
  @FieldResolver(() => [MerchandisingWarning], {
    nullable: true,
    description: `Of the \`previewRule\`; null without one. ${WARNINGS}`,
  })
  async previewWarnings(
    @Root() { preview }: ProductSearchConnection,
    @Ctx() context: Context,
  ): Promise<readonly MerchandisingWarning[] | null> {
    return preview === undefined ? null : this.ruleWarnings.of(preview, budgetOf(context));
  }
}
