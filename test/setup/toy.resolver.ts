import { Arg, Ctx, Field, Float, Int, Mutation, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../src/graphql/context';
import { ApiError } from '../../src/graphql/errors';
import { DateTime, Decimal } from '../../src/graphql/scalars';
import { Scoped } from '../../src/graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../src/graphql/subscribed-by';
import { BoundedQueue } from '../../src/platform/bounded-queue';

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class Toy {
  @Field(() => Int)
  size!: number;

  @Field(() => Toy)
  inner(): Toy {
    return Object.assign(new Toy(), { size: this.size + 1 });
  }

  @Scoped('SERVER')
  @Field(() => Float)
  margin(): number {
    return 0.5;
  }
}

/** A schema small enough for tests of the HTTP and WebSocket endpoints. */
@Resolver(() => Toy)
export class ToyResolver {
  readonly queues = new Set<BoundedQueue<number>>();

  @Scoped('STOREFRONT')
  @Query(() => Toy)
  toy(
    @Arg('size', () => Int, { defaultValue: 1 }) size: number,
    @Arg('price', () => Decimal, { nullable: true }) _price?: string,
    @Arg('at', () => DateTime, { nullable: true }) _at?: Date,
  ): Toy {
    return Object.assign(new Toy(), { size });
  }

  @Scoped('STOREFRONT')
  @Query(() => Int)
  broken(): number {
    throw new Error('password=hunter2');
  }

  @Scoped('STOREFRONT')
  @Query(() => Int)
  missing(): number {
    throw new ApiError('NOT_FOUND', 'There is no such toy');
  }

  @Scoped('STOREFRONT')
  @Query(() => Int)
  async slow(@Arg('milliseconds', () => Int) milliseconds: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return milliseconds;
  }

  @Scoped('STOREFRONT')
  @Query(() => String)
  story(@Arg('length', () => Int) length: number): string {
    return 'x'.repeat(length);
  }

  @Scoped('ADMIN')
  @Mutation(() => Int)
  tidy(): number {
    return 1;
  }

  @Scoped('STOREFRONT')
  @SubscribedBy('ticks')
  @Subscription(() => Int, NO_TOPIC)
  ticked(@Root() tick: number, @Arg('from', () => Int) _from: number): number {
    if (tick < 0) throw new Error('password=hunter2');
    return tick;
  }

  /** Yields its first value immediately, and then every value pushed to `queues`. */
  ticks({ from }: { from: number }, { signal }: Context): AsyncIterable<number> {
    const queue: BoundedQueue<number> = new BoundedQueue({ limit: 10, onClose: () => this.queues.delete(queue) });
    this.queues.add(queue);
    queue.push(from);
    signal.addEventListener('abort', () => void queue.return());
    return queue;
  }

  @Scoped('STOREFRONT')
  @SubscribedBy('nothing')
  @Subscription(() => Int, NO_TOPIC)
  misbuilt(@Root() value: number): number {
    return value;
  }

  nothing(): unknown {
    return 'password=hunter2';
  }

  @Scoped('SERVER')
  @Subscription(() => Int, { topics: 'toys' })
  counted(@Root() count: number, @Ctx() _context: Context): number {
    return count;
  }
}
