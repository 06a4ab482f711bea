import { Arg, Int, Query, Resolver } from 'type-graphql';
import { ID } from '../../../../src/graphql/scalars';
import { Scoped } from '../../../../src/graphql/scope';
import type { ActiveModel } from '../../../../src/models/active-model.service';
import type { Pool } from '../../../../src/platform/postgres';
import { countWishes } from './wish.store';

@Resolver()
export class WishResolver {
  constructor(
    private readonly pool: Pool,
    private readonly model: ActiveModel<string>,
  ) {}

  @Scoped('STOREFRONT')
  @Query(() => Int)
  wishes(@Arg('productId', () => ID) productId: string): Promise<number> {
    return countWishes(this.pool, productId);
  }

  @Scoped('STOREFRONT')
  @Query(() => ID, { nullable: true })
  mostWished(): string | null {
    return this.model.current;
  }
}
