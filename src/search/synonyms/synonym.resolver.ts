import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { BulkItems } from '../../graphql/bulk-items';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { Scoped } from '../../graphql/scope';
import { MAX_RULES_PER_REQUEST, SynonymService } from './synonym.service';
import {
  DeleteSynonymsInput,
  DeleteSynonymsPayload,
  SynonymConnection,
  UpsertSynonymsInput,
  UpsertSynonymsPayload,
} from './synonym.type';

@Resolver()
export class SynonymResolver {
  constructor(private readonly service: SynonymService) {}

  @Scoped('ADMIN')
  @Query(() => SynonymConnection, { description: 'All rules, by id.' })
  async synonyms(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<SynonymConnection> {
    const id = textCursor('synonyms', after);
    const count = checkFirst(first);
    const rows = await this.service.page(id, count + 1);
    return pageOf(rows, count, id !== undefined, (synonym) => encodeCursor('synonyms', synonym.id));
  }

  @Scoped('ADMIN')
  @BulkItems('synonyms', MAX_RULES_PER_REQUEST)
  @Mutation(() => UpsertSynonymsPayload, { description: 'In force with the next search.' })
  upsertSynonyms(@Arg('input', () => UpsertSynonymsInput) input: UpsertSynonymsInput): Promise<UpsertSynonymsPayload> {
    return this.service.upsert(input.synonyms);
  }

  @Scoped('ADMIN')
  @BulkItems('ids', MAX_RULES_PER_REQUEST)
  @Mutation(() => DeleteSynonymsPayload)
  deleteSynonyms(@Arg('input', () => DeleteSynonymsInput) input: DeleteSynonymsInput): Promise<DeleteSynonymsPayload> {
    return this.service.delete(input.ids);
  }
}
