import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { DocumentStore } from './document-store';
import { ApiError } from './errors';
import { refuseRepeatedFields } from './limits/repeated-fields';
import { unconditionalSubscription } from './unconditional-subscription';

const RULES = [...specifiedRules, unconditionalSubscription];

/** Parses and validates documents and caches the valid ones, because clients send the same few documents repeatedly. */
export class DocumentCache {
  private readonly validDocuments = new DocumentStore();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly maxTokens: number,
  ) {}

  /**
   * Returns the parsed document. If it is invalid, returns its errors instead, with a code that marks them as client
   * errors.
   * @param client key of the client's address; null if it is not limited, see `clientKey`
   */
  read(source: string, client: string | null): DocumentNode | readonly GraphQLError[] {
    const known = this.validDocuments.get(source);
    if (known !== undefined) return known;
    try {
      const document = parse(source, { maxTokens: this.maxTokens });
      const refusal = refuseRepeatedFields(document);
      if (refusal !== undefined) return [refusal];
      const errors = validate(this.schema, document, RULES);
      if (errors.length > 0) return errors.map(asBadInput);
      this.validDocuments.set(source, document, client);
      return document;
    } catch (error) {
      if (error instanceof GraphQLError) return [asBadInput(error)];
      throw error;
    }
  }
}

function asBadInput(error: GraphQLError): GraphQLError {
  if (error.originalError instanceof ApiError) return error;
  const { message, nodes, source, positions, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    originalError,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}
