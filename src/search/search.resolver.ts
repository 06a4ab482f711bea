import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import { checkFirst, First } from '../graphql/connection';
import type { Context } from '../graphql/context';
import { Scoped } from '../graphql/scope';
import { selects } from '../graphql/selection';
import { SearchService } from './search.service';
import { ProductSearchConnection, SearchInput } from './search.type';

@Resolver()
export class SearchResolver {
  constructor(private readonly service: SearchService) {}

  @Scoped('STOREFRONT')
  @Query(() => ProductSearchConnection, { description: 'Products by words; without any, the catalogue to browse in.' })
  async search(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => SearchInput) input: SearchInput,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ProductSearchConnection> {
    return this.service.list(this.service.prepare(context, input), {
      first: checkFirst(first),
      after,
      cursors: selects(info, ['edges', 'cursor']) || selects(info, ['pageInfo']),
      highlights: selects(info, ['edges', 'highlights']),
      reasons: selects(info, ['edges', 'reasons']),
    });
  }
}
