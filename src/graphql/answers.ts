import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { keyOf } from '../platform/key-of';
import type { ContentEncoding } from './accept-encoding';
import type { AnswerTerms } from './answer-terms';
import type { Context } from './context';

/** Maximum age of a cached response, even if its conditions still hold. */
const KEPT_MS = 10_000;
/** Approximate maximum size of all cached responses, in bytes. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
/** Estimated size in bytes of the conditions of a response. */
const TERMS_SIZE = 1_000;
/** Maximum length of a cached request, in bytes. Longer requests are not page queries that repeat. */
const MAX_REQUEST_LENGTH = 16_384;

interface Answer {
  readonly body: string;
  readonly type: string;
  readonly terms: AnswerTerms;
  /** The body in each encoding. Each is encoded when it is first requested. */
  readonly encoded: Map<ContentEncoding, Buffer>;
}

/**
 * Caches responses by viewer and exact request body, and sends the same bytes without running GraphQL while they are
 * valid. It stores only responses without errors in which every root field has a {@link CacheValidity} condition.
 */
export class Answers {
  private readonly answers = new LRUCache<string, Answer>({
    maxSize: MAX_CACHED_BYTES,
    // Encoded JSON takes less than half of its size, so both encodings together are no larger than the body.
    sizeCalculation: ({ body }, key) => 2 * body.length + key.length + TERMS_SIZE,
    ttl: KEPT_MS,
    // Data of an erased person must not stay longer than this.
    ttlAutopurge: true,
  });

  /** Returns the cache key of a request; `null` if its response must not be cached. */
  keyOf({ method, headers, body, viewer }: FastifyRequest): string | null {
    if (method !== 'POST' || viewer === null || !headers['content-type']?.startsWith('application/json')) return null;
    if (Number(headers['content-length'] ?? Infinity) > MAX_REQUEST_LENGTH) return null;
    const { keyId, customerId, sessionId } = viewer;
    return keyOf(keyId, customerId, sessionId, headers.accept, body);
  }

  /** Sends the cached response if it is valid. @returns whether it was sent */
  replay(key: string, request: FastifyRequest, reply: FastifyReply): boolean {
    const answer = this.answers.get(key);
    if (answer === undefined) return false;
    if (!answer.terms.hold()) {
      this.answers.delete(key);
      return false;
    }
    request.encodedBodies = answer.encoded;
    void reply.type(answer.type).send(answer.body);
    return true;
  }

  /** Caches a response. @returns the map for its encoded forms, or null if the response is not cacheable */
  keep(key: string, terms: AnswerTerms, reply: FastifyReply, body: unknown): Map<ContentEncoding, Buffer> | null {
    const type = reply.getHeader('content-type');
    if (reply.statusCode !== 200 || typeof body !== 'string' || typeof type !== 'string' || !terms.hold()) return null;
    const encoded = new Map<ContentEncoding, Buffer>();
    this.answers.set(key, { body, type, terms, encoded });
    return encoded;
  }
}

/** Records the number of root fields of each response without errors in its {@link CacheValidity}. */
export const noteParts: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      const { data, errors } = response.body.singleResult;
      if (data && errors === undefined) contextValue.terms?.answered(Object.keys(data).length);
    },
  }),
};
