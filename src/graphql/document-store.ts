import type { DocumentNode, Location } from 'graphql';
import { visit } from 'graphql';
import { QuotaCache } from '../platform/quota-cache';

/** Limit of the characters of all documents. Their trees take some hundred times as many bytes. */
const MAX_CHARACTERS = 800_000;
/** The part of it for the documents that one client address sends first. */
const MAX_CLIENT_CHARACTERS = MAX_CHARACTERS / 16;

/** Valid documents by their text. Clients send the same few documents repeatedly. */
export class DocumentStore {
  private readonly documents = new QuotaCache<DocumentNode>({ maxSize: MAX_CHARACTERS });

  get(source: string): DocumentNode | undefined {
    return this.documents.get(source);
  }

  /** @param client key of the client's address; null if it is not limited, see `clientKey` */
  set(source: string, document: DocumentNode, client: string | null): void {
    const quotas = client === null ? [] : [{ owner: client, maxSize: MAX_CLIENT_CHARACTERS }];
    this.documents.set(source, withoutTokens(document), source.length + 1, quotas);
  }
}

/** Removes the lexical tokens from a document that is stored. Errors need the positions of its nodes only. */
function withoutTokens(document: DocumentNode): DocumentNode {
  visit(document, {
    enter: ({ loc }) => {
      if (loc !== undefined) Object.assign(loc as Partial<Location>, { startToken: undefined, endToken: undefined });
    },
  });
  return document;
}
