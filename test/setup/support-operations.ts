/** The operations of support tests, and their responses. */
const MESSAGE = `id messageId author operatorName text sentAt answerTo awaitsAnswer outcome asksReplyAddress choices { id text }
  sources { kind objectId field value text } quotes { articleId title url } helpful
  cards { __typename ... on Order { id } ... on Shipment { id } }
  actions { id kind orderId label text lines { lineId quantity } problem pictures state }`;
const CONVERSATION = 'id status operatorName language messageCount hasReplyAddress revision';
const SUMMARY = `summary { intents { intent messageCount } subjects { kind objectId }
  lastCustomerMessage { id text } unansweredCount waitingSince }`;
const ERRORS = 'receipt userErrors { code field message }';

export const START_CONVERSATION = `mutation($input: StartConversationInput!) {
  startConversation(input: $input) { conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const ASK_SUPPORT = `mutation($input: AskSupportInput!) {
  askSupport(input: $input) { message { ${MESSAGE} } answer { ${MESSAGE} } conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const CONVERSATION_QUERY = `query($id: ID!, $receipt: ID) {
  conversation(id: $id, awaitReceipt: $receipt) { ${CONVERSATION} messages { ${MESSAGE} } } }`;
export const OPERATOR_QUERY = `query($id: ID!) {
  conversation(id: $id) { ${CONVERSATION} customerId replyAddress ${SUMMARY} messages { ${MESSAGE} intent confidence candidates { intent confidence } } } }`;
export const CONVERSATIONS = `query($status: [ConversationStatus!], $sort: ConversationSort, $first: Int, $after: String) {
  conversations(status: $status, sort: $sort, first: $first, after: $after) {
    nodes { ${CONVERSATION} } pageInfo { hasNextPage endCursor } } }`;
export const CONVERSATION_UPDATED = `subscription($id: ID!) {
  conversationUpdated(id: $id) { ${CONVERSATION} messages { author text } } }`;
export const HAND_OFF = `mutation($id: ID!) {
  handOffConversation(input: { conversationId: $id }) { conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const REPLY = `mutation($input: ReplyToConversationInput!) {
  replyToConversation(input: $input) { message { ${MESSAGE} } conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const TAKE_OVER = `mutation($id: ID!, $force: Boolean) {
  takeOverConversation(input: { conversationId: $id, force: $force }) { conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const CLOSE = `mutation($id: ID!) {
  closeConversation(input: { conversationId: $id }) { conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const SET_REPLY_ADDRESS = `mutation($id: ID!, $email: String) {
  setSupportReplyAddress(input: { conversationId: $id, email: $email }) { conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const RATE = `mutation($id: ID!, $helpful: Boolean!) {
  rateAnswer(input: { answerId: $id, helpful: $helpful }) { conversation { id } ${ERRORS} } }`;
export const REQUEST_ACTION = `mutation($conversationId: ID!, $actionId: ID!, $lines: [OrderUnitsInput!],
    $problem: OrderProblem, $note: String, $pictures: [String!]) {
  requestSupportAction(input: { conversationId: $conversationId, actionId: $actionId, lines: $lines, problem: $problem,
      note: $note, pictures: $pictures }) {
    message { ${MESSAGE} } conversation { ${CONVERSATION} } ${ERRORS} } }`;
export const RESOLVE_REQUEST = `mutation($input: ResolveOrderRequestInput!) {
  resolveOrderRequest(input: $input) { request { id state note resolvedAt } ${ERRORS} } }`;
export const ORDER_REQUESTS = `query($state: [OrderRequestState!], $first: Int, $after: String) {
  orderRequests(state: $state, first: $first, after: $after) {
    nodes { id kind orderId conversationId text lines { lineId quantity } problem pictures state note } pageInfo { hasNextPage endCursor } } }`;
export const UPSERT_ARTICLES = `mutation($articles: [ArticleInput!]!) {
  upsertArticles(input: { articles: $articles }) {
    accepted articles { id title body url language intents } receipt userErrors { index code field message } } }`;
export const DELETE_ARTICLES = `mutation($ids: [ID!]!) {
  deleteArticles(input: { ids: $ids }) { accepted receipt userErrors { index code } } }`;
export const ARTICLES = `query($first: Int, $after: String, $receipt: ID) {
  articles(first: $first, after: $after, awaitReceipt: $receipt) { nodes { id title } pageInfo { hasNextPage endCursor } } }`;

export interface ShownMessage {
  readonly id: string;
  readonly author: string;
  readonly operatorName: string | null;
  readonly text: string;
  readonly sentAt: string;
  readonly answerTo: string | null;
  readonly awaitsAnswer: boolean;
  readonly outcome: string | null;
  readonly asksReplyAddress: boolean;
  readonly choices: readonly { readonly id: string; readonly text: string }[];
  readonly sources: readonly {
    readonly kind: string;
    readonly objectId: string;
    readonly field: string;
    readonly value: string;
    readonly text: string;
  }[];
  readonly quotes: readonly { readonly articleId: string; readonly title: string; readonly url: string | null }[];
  readonly helpful: boolean | null;
  readonly cards: readonly { readonly __typename: string; readonly id: string }[];
  readonly actions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly orderId: string;
    readonly label: string;
    readonly text: string | null;
    readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
    readonly problem: string | null;
    readonly pictures: readonly string[];
    readonly state: string;
  }[];
  readonly intent?: string | null;
  readonly confidence?: number | null;
}

export interface ShownConversation {
  readonly id: string;
  readonly status: string;
  readonly operatorName: string | null;
  readonly messageCount: number;
  readonly revision: string;
  readonly hasReplyAddress: boolean;
  readonly customerId?: string | null;
  readonly replyAddress?: string | null;
  readonly summary?: {
    readonly intents: readonly { readonly intent: string; readonly messageCount: number }[];
    readonly subjects: readonly { readonly kind: string; readonly objectId: string }[];
    readonly lastCustomerMessage: { readonly id: string; readonly text: string } | null;
    readonly unansweredCount: number;
    readonly waitingSince: string | null;
  };
  readonly messages: readonly ShownMessage[];
}

export interface ConversationAnswer {
  readonly conversation: ShownConversation | null;
  readonly message: ShownMessage | null;
  readonly answer: ShownMessage | null;
  readonly receipt: string | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly field: readonly string[];
    readonly message: string;
  }[];
}
