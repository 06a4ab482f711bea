import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Context } from './context';

const EXTENSION = 'subscribedBy';

interface Source {
  /** The class of the resolver. */
  readonly resolver: unknown;
  readonly method: string;
}

/** The method that {@link SubscribedBy} names. It returns the stream of payloads for one subscriber. */
type SubscribeMethod<Args, Payload> = (
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
) => AsyncIterable<Payload> | Promise<AsyncIterable<Payload>>;

/** type-graphql requires topics. {@link SubscribedBy} ignores them, so this is a placeholder. */
export const NO_TOPIC = { topics: 'subscribed-by-a-method' };

/**
 * Makes a subscription read its payloads from a method of its resolver. type-graphql itself calls only functions that
 * have no access to the resolver instance. When the subscriber ends the subscription or disconnects, `context.signal`
 * is aborted.
 *
 * @example
 * @Scoped('STOREFRONT') @SubscribedBy('changes') @Subscription(() => List, NO_TOPIC)
 * listUpdated(@Root() list: List, @Arg('input', () => ListInput) _input: ListInput): List { return list; }
 * changes({ input }: { input: ListInput }, context: Context): AsyncIterable<List> { … }
 */
export function SubscribedBy(method: string): MethodDecorator {
  return (prototype, name, descriptor) => {
    const source: Source = { resolver: prototype.constructor, method };
    (Extensions({ [EXTENSION]: source }) as MethodDecorator)(prototype, name, descriptor);
  };
}

/**
 * Connects `@SubscribedBy` fields to the resolver instances. Call it before `enforceScopes`, which wraps the functions
 * that are set here.
 */
export function connectSubscriptions(schema: GraphQLSchema, instanceOf: (resolver: unknown) => object): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const source = field.extensions[EXTENSION] as Source | undefined;
    if (source === undefined) continue;
    field.subscribe = async (_root, args: unknown, context: Context, info) => {
      const instance = instanceOf(source.resolver) as Record<string, SubscribeMethod<unknown, unknown>>;
      return inTurns(await instance[source.method]!(args, context, info), context);
    };
  }
}

/** How long a payload waits before it asks for a turn again, if too many steps of its client are waiting. */
const RETRY_MS = 1_000;

async function nextTurn(turns: Context['turns']): Promise<void> {
  for (;;) {
    try {
      return await turns.next();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Passes each payload on when it is the subscriber's turn, because making its message takes time. */
function inTurns<Payload>(payloads: AsyncIterable<Payload>, { turns }: Context): AsyncIterableIterator<Payload> {
  const source = payloads[Symbol.asyncIterator]();
  return {
    next: async () => {
      const result = await source.next();
      if (result.done !== true) await nextTurn(turns);
      return result;
    },
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
