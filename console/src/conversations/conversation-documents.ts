import { graphql, type ResultOf } from '@freshet/client';

export const ListedConversations = graphql(`
  query ListedConversations($status: [ConversationStatus!], $sort: ConversationSort!, $first: Int!, $after: String) {
    conversations(status: $status, sort: $sort, first: $first, after: $after) {
      nodes {
        id
        customerId
        customerName
        status
        operatorName
        updatedAt
        messageCount
        summary {
          waitingSince
          question {
            text
            message {
              id
              intent
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const WaitingConversations = graphql(`
  query WaitingConversations($first: Int!) {
    conversations(status: [WAITING], first: $first) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const MessageFields = graphql(`
  fragment MessageFields on ConversationMessage @_unmask {
    id
    author
    operatorName
    text
    sentAt
    awaitsAnswer
    intent
    confidence
    candidates {
      intent
      confidence
    }
    outcome
    choices {
      id
      text
    }
    actions {
      id
      kind
      orderId
      text
      lines {
        lineId
        quantity
      }
      problem
      pictures
      state
    }
    sources {
      kind
      objectId
      field
      value
      text
    }
    quotes {
      articleId
      title
      url
    }
    helpful
    cards {
      __typename
      ... on Order {
        id
        status
        placedAt
        total {
          amount
          currency
        }
      }
      ... on Shipment {
        id
        shipmentStatus: status
        carrier
        service
        statusAt
        place
        promisedAt
        isLate
        trackingUrl
      }
      ... on Product {
        id
        title
        availability
        price {
          amount
          currency
        }
      }
    }
  }
`);

export const ConversationUpdated = graphql(
  `
    subscription ConversationUpdated($id: ID!) {
      conversationUpdated(id: $id) {
        id
        customerId
        customerName
        status
        operatorName
        isMine
        language
        replyAddress
        startedAt
        closedAt
        summary {
          intents {
            intent
            messageCount
          }
          subjects {
            kind
            objectId
          }
          unansweredCount
          waitingSince
        }
        messages {
          ...MessageFields
        }
      }
    }
  `,
  [MessageFields],
);

export const ReplyToConversation = graphql(`
  mutation ReplyToConversation($input: ReplyToConversationInput!) {
    written: replyToConversation(input: $input) {
      conversation {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const TakeOverConversation = graphql(`
  mutation TakeOverConversation($id: ID!, $force: Boolean!) {
    written: takeOverConversation(input: { conversationId: $id, force: $force }) {
      conversation {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const HandOffConversation = graphql(`
  mutation HandOffConversation($id: ID!) {
    written: handOffConversation(input: { conversationId: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CloseConversation = graphql(`
  mutation CloseConversation($id: ID!) {
    written: closeConversation(input: { conversationId: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CorrectIntent = graphql(`
  mutation CorrectIntent($messageId: ID!, $intent: String!) {
    written: correctIntent(input: { messageId: $messageId, intent: $intent }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const SupportIntents = graphql(`
  query SupportIntents {
    supportIntents {
      id
      description
    }
  }
`);

export const SupportReviews = graphql(`
  query SupportReviews($reason: [SupportReviewReason!]!, $first: Int!, $after: String) {
    supportReviews(reason: $reason, first: $first, after: $after) {
      nodes {
        conversationId
        question
        reason
        language
        message {
          id
          sentAt
          intent
          confidence
          candidates {
            intent
            confidence
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CloseSupportReview = graphql(`
  mutation CloseSupportReview($messageId: ID!) {
    written: closeSupportReview(input: { messageId: $messageId }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type Intent = NonNullable<ResultOf<typeof SupportIntents>['supportIntents']>[number];
export type Review = NonNullable<ResultOf<typeof SupportReviews>['supportReviews']>['nodes'][number];
export type ListedConversation = NonNullable<ResultOf<typeof ListedConversations>['conversations']>['nodes'][number];
export type LiveConversation = NonNullable<ResultOf<typeof ConversationUpdated>['conversationUpdated']>;
export type Message = LiveConversation['messages'][number];
