import { graphql, type ResultOf } from '@freshet/client';

const ConversationHead = graphql(`
  fragment ConversationHead on Conversation @_unmask {
    id
    status
    operatorName
    hasReplyAddress
    revision
  }
`);

const ChatMessage = graphql(`
  fragment ChatMessage on ConversationMessage @_unmask {
    id
    messageId
    author
    operatorName
    text
    sentAt
    answerTo
    awaitsAnswer
    outcome
    choices {
      id
      text
    }
    actions {
      id
      kind
      orderId
      label
      text
      state
    }
    sources {
      objectId
    }
    quotes {
      articleId
      title
      url
    }
    asksReplyAddress
    helpful
    cards {
      __typename
      ... on Order {
        id
        orderStatus: status
        placedAt
      }
      ... on Shipment {
        id
        carrier
        trackingNumber
        shipmentStatus: status
        deliveredAt
        estimate {
          earliest
          latest
        }
      }
      ... on Product {
        id
        title
        imageUrls
        availability
        price {
          amount
          currency
        }
        listPrice {
          amount
          currency
        }
      }
    }
  }
`);

export type ConversationHeadData = ResultOf<typeof ConversationHead>;
export type ChatMessageData = ResultOf<typeof ChatMessage>;
export type AnswerCardData = ChatMessageData['cards'][number];

export const StartConversation = graphql(`
  mutation StartConversation($language: String) {
    startConversation(input: { language: $language }) {
      conversation {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const AskSupport = graphql(
  `
    mutation AskSupport($input: AskSupportInput!) {
      askSupport(input: $input) {
        conversation {
          ...ConversationHead
        }
        message {
          ...ChatMessage
        }
        answer {
          ...ChatMessage
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [ConversationHead, ChatMessage],
);

export const RequestSupportAction = graphql(
  `
    mutation RequestSupportAction($input: RequestSupportActionInput!) {
      requestSupportAction(input: $input) {
        conversation {
          ...ConversationHead
        }
        message {
          ...ChatMessage
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [ConversationHead, ChatMessage],
);

export const HandOffConversation = graphql(
  `
    mutation HandOffConversation($id: ID!) {
      handOffConversation(input: { conversationId: $id }) {
        conversation {
          ...ConversationHead
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [ConversationHead],
);

export const SetSupportReplyAddress = graphql(
  `
    mutation SetSupportReplyAddress($conversationId: ID!, $email: String) {
      setSupportReplyAddress(input: { conversationId: $conversationId, email: $email }) {
        conversation {
          ...ConversationHead
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [ConversationHead],
);

export const RateAnswer = graphql(`
  mutation RateAnswer($answerId: ID!, $helpful: Boolean!) {
    rateAnswer(input: { answerId: $answerId, helpful: $helpful }) {
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const ConversationUpdated = graphql(
  `
    subscription ConversationUpdated($id: ID!) {
      conversationUpdated(id: $id) {
        ...ConversationHead
        messages {
          ...ChatMessage
        }
      }
    }
  `,
  [ConversationHead, ChatMessage],
);
