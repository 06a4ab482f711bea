import { LRUCache } from 'lru-cache';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { networksOf } from '../graphql/http/client-address';
import { TokenBucket } from '../graphql/limits/token-bucket';
import type { ConversationWriter } from './conversation-writer.service';

/** A person types slower than this. */
const MESSAGES_PER_MINUTE = 20;
/** An address has this many times the allowance of a conversation, because a household or office may share it. */
const CONVERSATIONS_PER_ADDRESS = 5;
/** How many minutes of the allowance may be spent at once. */
const BURST_MINUTES = 0.5;
const MAX_BUCKETS = 50_000;

/** Limits the messages of storefront keys for each conversation, address and network of IPv6, in addition to the cost of operations. */
export class MessageLimits {
  private readonly buckets = new LRUCache<string, TokenBucket>({ max: MAX_BUCKETS });

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Counts a message, or a new conversation.
   * @param conversationId undefined for a new conversation
   * @throws ApiError RATE_LIMITED with the time until the next message is accepted; then nothing is counted
   */
  charge(conversationId: string | undefined, address: string | null): void {
    const buckets: TokenBucket[] = [];
    if (conversationId !== undefined) buckets.push(this.bucket(`conversation ${conversationId}`, MESSAGES_PER_MINUTE));
    if (address !== null)
      for (const { key, shares } of networksOf(address))
        buckets.push(this.bucket(`address ${key}`, MESSAGES_PER_MINUTE * CONVERSATIONS_PER_ADDRESS * shares));
    const waitMs = Math.max(0, ...buckets.map((bucket) => bucket.waitMs(1, this.now())));
    if (waitMs > 0)
      throw new ApiError(
        'RATE_LIMITED',
        'Too many messages in this conversation or from this address; retry after retryAfterMs.',
        {
          retryAfterMs: Math.ceil(waitMs),
        },
      );
    for (const bucket of buckets) bucket.take(1);
  }

  private bucket(key: string, perMinute: number): TokenBucket {
    let bucket = this.buckets.get(key);
    if (bucket === undefined)
      this.buckets.set(key, (bucket = new TokenBucket(perMinute / 60, perMinute * BURST_MINUTES, this.now())));
    return bucket;
  }
}

/**
 * Counts a message of a storefront key. Only who may open the conversation uses up its allowance, however many know its
 * id.
 * @throws ApiError NOT_FOUND like {@link ConversationWriter.find}, RATE_LIMITED like {@link MessageLimits.charge}
 */
export async function chargeMessage(
  {
    writer,
    limits,
  }: { readonly writer: Pick<ConversationWriter, 'find'>; readonly limits: Pick<MessageLimits, 'charge'> },
  conversationId: string,
  viewer: Viewer,
  address: string | null,
): Promise<void> {
  await writer.find(conversationId, viewer);
  if (viewer.scope === 'STOREFRONT') limits.charge(conversationId, address);
}
