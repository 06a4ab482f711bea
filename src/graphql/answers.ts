import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { keyOf } from '../platform/key-of';
import type { ContentEncoding } from './accept-encoding';
import type { AnswerTerms } from './answer-terms';
import type { Context } from './context';

/** However long its terms would hold. */
const KEPT_MS = 10_000;
/** Bytes of all answers, about. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
/** What tells of an answer how long it is true, by estimate. */
const TERMS_SIZE = 1_000;
/** Of a request; longer ones are no page's that comes again. */
const MAX_REQUEST_LENGTH = 16_384;

interface Answer {
  readonly body: string;
  readonly type: string;
  readonly terms: AnswerTerms;
  /** Each encoded once, when it is first asked for. */
  readonly encoded: Map<ContentEncoding, Buffer>;
}

/**
 * Answers by who asked what, word for word, as long as they are what would be answered again: whoever asks gets the very
 * same bytes without GraphQL's being run. Only answers without errors whose every root field says how long it stays true.
 */
export class Answers {
  private readonly answers = new LRUCache<string, Answer>({
    maxSize: MAX_CACHED_BYTES,
    // Encoded, JSON takes less than half of its size: both forms together no more than the body.
    sizeCalculation: ({ body }, key) => 2 * body.length + key.length + TERMS_SIZE,
    ttl: KEPT_MS,
    // Nothing of an erased person stays for longer.
    ttlAutopurge: true,
  });

  /** `null` for a request whose answer is never kept. */
  keyOf({ method, headers, body, viewer }: FastifyRequest): string | null {
    if (method !== 'POST' || viewer === null || !headers['content-type']?.startsWith('application/json')) return null;
    if (Number(headers['content-length'] ?? Infinity) > MAX_REQUEST_LENGTH) return null;
    const { keyId, customerId, sessionId } = viewer;
    return keyOf(keyId, customerId, sessionId, headers.accept, body);
  }

  /** @returns whether the request was answered */
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

  /** @returns where the encoded forms of this body are stored; null: it is not cached */
  keep(key: string, terms: AnswerTerms, reply: FastifyReply, body: unknown): Map<ContentEncoding, Buffer> | null {
    const type = reply.getHeader('content-type');
    if (reply.statusCode !== 200 || typeof body !== 'string' || typeof type !== 'string' || !terms.hold()) return null;
    const encoded = new Map<ContentEncoding, Buffer>();
    this.answers.set(key, { body, type, terms, encoded });
    return encoded;
  }
}

/** Tells what an answer's terms have to cover, where it is one without an error. */
export const noteParts: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      const { data, errors } = response.body.singleResult;
      if (data && errors === undefined) contextValue.terms?.answered(Object.keys(data).length);
    },
  }),
};
