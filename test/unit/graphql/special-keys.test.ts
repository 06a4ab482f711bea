import { fieldsOf, scopeOfField } from '../../../src/graphql/enforce-scopes';
import { allows, FOR_GUESTS, FOR_OPERATORS } from '../../../src/graphql/scope';
import { SCHEMA } from '../../setup/schema';

const roots = [SCHEMA.getQueryType()!, SCHEMA.getMutationType()!, SCHEMA.getSubscriptionType()!];

describe('root fields', () => {
  it('that the key of an operator can use are those of conversations', () => {
    const allowed = roots.flatMap((type) =>
      fieldsOf(type).filter(
        (field) => allows('OPERATOR', scopeOfField(SCHEMA, type, field)!) || field.extensions[FOR_OPERATORS] === true,
      ),
    );
    expect(allowed.map(({ name }) => name).sort()).toEqual([
      'closeConversation',
      'closeSupportReview',
      'conversation',
      'conversationUpdated',
      'conversations',
      'correctIntent',
      'handOffConversation',
      'replyToConversation',
      'supportIntents',
      'supportReviews',
      'takeOverConversation',
      'viewer',
    ]);
  });

  it('that change something for the token of a guest are those of conversations', () => {
    const changed = fieldsOf(SCHEMA.getMutationType()!).filter(({ extensions }) => extensions[FOR_GUESTS] === true);
    expect(changed.map(({ name }) => name).sort()).toEqual([
      'askSupport',
      'handOffConversation',
      'rateAnswer',
      'requestSupportAction',
      'setSupportReplyAddress',
      'startConversation',
    ]);
  });
});

it('an operator does not read what only the back end reads', () => {
  for (const scope of ['SERVER', 'ADMIN'] as const) expect(allows('OPERATOR', scope)).toBe(false);
  for (const scope of ['STOREFRONT', 'SERVER'] as const) expect(allows(scope, 'OPERATOR')).toBe(false);
  expect(allows('ADMIN', 'OPERATOR')).toBe(true);
});
