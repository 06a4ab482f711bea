import {
  keepSubscribed,
  RequestError,
  type ResultOf,
  type Sink,
  type Storefront,
  type VariablesOf,
} from '@freshet/client';
import {
  AskSupport,
  ConversationUpdated,
  HandOffConversation,
  RateAnswer,
  RequestSupportAction,
  SetSupportReplyAddress,
  StartConversation,
  type ConversationHeadData,
} from './chat-documents';
import type { ConversationState, UnsentMessage } from './conversation-state';

/** What a customer adds to a request of RETURN or PROBLEM. */
export type RequestDetails = Omit<VariablesOf<typeof RequestSupportAction>['input'], 'conversationId' | 'actionId'>;

/** The requests of a chat. Each rejects with a {@link RequestError}, also if the shop refuses the input. */
export interface ChatApi {
  /** @returns the id of the conversation */
  start(): Promise<string>;
  /** @returns the conversation with the stored message and its answer */
  ask(conversationId: string, message: UnsentMessage): Promise<ConversationState>;
  /** Presses a button. @returns the conversation with the message that says what was requested */
  requestAction(conversationId: string, actionId: string, details: RequestDetails): Promise<ConversationState>;
  handOff(conversationId: string): Promise<ConversationHeadData>;
  /** Stores the address for the reply; null removes it. */
  setReplyAddress(conversationId: string, email: string | null): Promise<ConversationHeadData>;
  rate(answerId: string, helpful: boolean): Promise<void>;
  /** Delivers the conversation now and after each change, until the returned function is called. */
  follow(conversationId: string, sink: Sink<ConversationState>): () => void;
}

export function chatApi(storefront: Pick<Storefront, 'request' | 'subscribe'>): ChatApi {
  return {
    start: async () => {
      const { startConversation } = await storefront.request(StartConversation, { language: navigator.language });
      return accepted(startConversation).id;
    },
    ask: async (conversationId, { messageId, text, choiceId }) => {
      const { askSupport } = await storefront.request(AskSupport, {
        input: { conversationId, messageId, text, choiceId },
      });
      const conversation = accepted(askSupport);
      const messages = [askSupport?.message, askSupport?.answer].filter((message) => message != null);
      return { ...conversation, messages };
    },
    requestAction: async (conversationId, actionId, details) => {
      const { requestSupportAction } = await storefront.request(RequestSupportAction, {
        input: { conversationId, actionId, ...details },
      });
      const conversation = accepted(requestSupportAction);
      return { ...conversation, messages: [requestSupportAction?.message].filter((message) => message != null) };
    },
    handOff: async (id) => accepted((await storefront.request(HandOffConversation, { id })).handOffConversation),
    setReplyAddress: async (conversationId, email) => {
      const { setSupportReplyAddress } = await storefront.request(SetSupportReplyAddress, { conversationId, email });
      return accepted(setSupportReplyAddress);
    },
    rate: async (answerId, helpful) => {
      const { rateAnswer } = await storefront.request(RateAnswer, { answerId, helpful });
      accepted(rateAnswer && { ...rateAnswer, conversation: {} });
    },
    follow: (id, sink) =>
      keepSubscribed<ResultOf<typeof ConversationUpdated>>(
        (inner) => storefront.subscribe(ConversationUpdated, { id }, inner),
        {
          next: ({ conversationUpdated }) => conversationUpdated && sink.next(conversationUpdated),
          error: sink.error,
        },
      ),
  };
}

interface Payload<T> {
  readonly conversation: T | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[] | null;
  }[];
}

/** @throws RequestError if the shop has refused the input */
function accepted<T>(payload: Payload<T> | null): T {
  const error = payload?.userErrors[0];
  if (error) throw new RequestError(error.message, error.code, undefined, error.field?.join('.'));
  if (payload?.conversation == null) throw new RequestError('The shop did not answer.', 'INTERNAL');
  return payload.conversation;
}
