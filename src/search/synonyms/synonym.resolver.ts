import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { Scoped } from '../../graphql/scope';
import { SynonymService } from './synonym.service';
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
  @Mutation(() => UpsertSynonymsPayload, { description: 'In force with the next search.' })
  upsertSynonyms(@Arg('input', () => UpsertSynonymsInput) input: UpsertSynonymsInput): Promise<UpsertSynonymsPayload> {
    return this.service.upsert(input.synonyms);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteSynonymsPayload)
  deleteSynonyms(@Arg('input', () => DeleteSynonymsInput) input: DeleteSynonymsInput): Promise<DeleteSynonymsPayload> {
    return this.service.delete(input.ids);
  }
}
