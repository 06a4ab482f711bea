import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode, Location } from 'graphql';
import { visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from './context';

/** Limit of the characters of all documents. Their trees take some hundred times as many bytes. */
const MAX_CHARACTERS = 400_000;
/** Maximum number of documents that are remembered because they were sent once. */
const MAX_SENT_ONCE = 10_000;

/**
 * Apollo's valid documents by the hash of their text. Clients send the same few documents repeatedly. A document is
 * stored when it is sent for the second time, so that clients whose documents are all different replace no other ones.
 */
export class DocumentStore implements NonNullable<ApolloServerOptions<Context>['documentStore']> {
  private readonly documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ loc }) => (loc?.source.body.length ?? 0) + 1,
  });

  private readonly sentOnce = new LRUCache<string, true>({ max: MAX_SENT_ONCE });

  /** @param refused the document that is never stored */
  constructor(private readonly refused?: DocumentNode) {}

  async get(hash: string): Promise<DocumentNode | undefined> {
    return this.documents.get(hash);
  }

  async set(hash: string, document: DocumentNode): Promise<void> {
    if (document === this.refused) return;
    if (this.sentOnce.delete(hash)) this.documents.set(hash, withoutTokens(document));
    else this.sentOnce.set(hash, true);
  }

  async delete(hash: string): Promise<boolean> {
    return this.documents.delete(hash);
  }
}

/** Removes the lexical tokens from a document that is stored. Errors need the positions of its nodes only. */
export function withoutTokens(document: DocumentNode): DocumentNode {
  visit(document, {
    enter: ({ loc }) => {
      if (loc !== undefined) Object.assign(loc as Partial<Location>, { startToken: undefined, endToken: undefined });
    },
  });
  return document;
}
