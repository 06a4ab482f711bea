import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { compositeKey } from '../../platform/composite-key';
import type { ContentEncoding } from './accept-encoding';
import type { CacheValidity } from '../cache-validity';
import type { Context } from '../context';

/** Maximum age of a cached response, even if its {@link CacheValidity} conditions still hold. */
const MAX_AGE_MS = 10_000;
/** Approximate maximum size of all cached responses, in bytes. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
/** Estimated size in bytes of the conditions of a response. */
const VALIDITY_BYTES = 1_000;
/** Maximum length of a request whose response is cached, in bytes. The queries that web pages repeat are shorter. */
const MAX_REQUEST_LENGTH = 16_384;

interface CachedResponse {
  readonly body: string;
  readonly type: string;
  readonly terms: CacheValidity;
  /** The body in each encoding. Each is encoded when it is first requested. */
  readonly encoded: Map<ContentEncoding, Buffer>;
}

/**
 * Caches responses by viewer and exact request body. While a response is valid, the cache sends the same bytes without
 * running GraphQL. It stores a response only if it has no errors and all its root fields have added a condition to
 * {@link CacheValidity}.
 */
export class ResponseCache {
  private readonly responses = new LRUCache<string, CachedResponse>({
    maxSize: MAX_CACHED_BYTES,
    // The factor 2 covers the body and its two encodings, each of which takes less than half of the body's size.
    sizeCalculation: ({ body }, key) => 2 * body.length + key.length + VALIDITY_BYTES,
    ttl: MAX_AGE_MS,
    // Expired entries are removed immediately, because they may contain data of a person who has been erased.
    ttlAutopurge: true,
  });

  /** Returns the cache key of a request; `null` if its response must not be cached. */
  cacheKey({ method, headers, body, viewer }: FastifyRequest): string | null {
    if (method !== 'POST' || viewer === null || !headers['content-type']?.startsWith('application/json')) return null;
    if (Number(headers['content-length'] ?? Infinity) > MAX_REQUEST_LENGTH) return null;
    const { keyId, customerId, sessionId } = viewer;
    return compositeKey(keyId, customerId, sessionId, headers.accept, body);
  }

  /** Sends the cached response if it is valid. @returns whether it was sent */
  sendCached(key: string, request: FastifyRequest, reply: FastifyReply): boolean {
    const cachedResponse = this.responses.get(key);
    if (cachedResponse === undefined) return false;
    if (!cachedResponse.terms.isValid()) {
      this.responses.delete(key);
      return false;
    }
    request.encodedBodies = cachedResponse.encoded;
    void reply.type(cachedResponse.type).send(cachedResponse.body);
    return true;
  }

  /** Caches a response. @returns the map for its encoded forms, or null if the response must not be cached */
  store(key: string, terms: CacheValidity, reply: FastifyReply, body: unknown): Map<ContentEncoding, Buffer> | null {
    const type = reply.getHeader('content-type');
    if (reply.statusCode !== 200 || typeof body !== 'string' || typeof type !== 'string' || !terms.isValid())
      return null;
    const encoded = new Map<ContentEncoding, Buffer>();
    this.responses.set(key, { body, type, terms, encoded });
    return encoded;
  }
}

/** Records the number of root fields of each response without errors in its {@link CacheValidity}. */
export const recordRootFields: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      const { data, errors } = response.body.singleResult;
      if (data && errors === undefined) contextValue.cacheValidity?.setRootFieldCount(Object.keys(data).length);
    },
  }),
};
