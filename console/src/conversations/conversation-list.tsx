import { useEach } from '../business/use-each';
import { distanceText } from '../deliveries/parcel-text';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatNumber, formatShortDateTime } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { usePages } from '../ui/use-pages';
import { type ListedConversation, ListedConversations } from './conversation-documents';
import { answererText, customerText, intentText, STATUS_NAMES, waitedText } from './conversation-text';

const REFRESH_MS = 5_000;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

type Status = ListedConversation['status'];

const EMPTY: Readonly<Record<Status, string>> = {
  WAITING: 'No customer waits',
  WITH_OPERATOR: 'No conversation is with a person',
  AUTOMATIC: 'Freshet answers no conversation',
  CLOSED: 'No conversation is closed',
};

const PAGE_SIZE = 20;

/** Lists the conversations with a status: those that wait longest, or that changed last, first. */
export function ConversationList({ status }: { readonly status: Status }) {
  const pages = usePages(ListedConversations, ({ conversations }) => conversations ?? NO_PAGE, {
    status: [status],
    sort: status === 'WAITING' ? 'WAITING_LONGEST' : 'UPDATED_DESC',
    first: PAGE_SIZE,
  });
  const now = useClock(REFRESH_MS);
  // Reloading starts with the first page. A list that the operator has extended stays as it is.
  useEach(REFRESH_MS, () => pages.isFirstPage && pages.reload());
  const { items, error, hasMore, more, reload } = pages;
  const title = STATUS_NAMES[status];
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={3} />}
      {items?.length === 0 && <Empty title={EMPTY[status]} />}
      {items !== undefined && items.length > 0 && (
        <div class="table-scroll" role="region" aria-label={`${title}, table`} tabIndex={0}>
          <table class="conversations">
            <thead>
              <tr>
                <th scope="col">Customer</th>
                <th scope="col">Question</th>
                <th scope="col">Waits for</th>
                {status !== 'WAITING' && <th scope="col">Answered by</th>}
                <th scope="col">Last change</th>
                <th scope="col" class="figure">
                  Messages
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((conversation) => (
                <Row key={conversation.id} conversation={conversation} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && (
        <div class="actions">
          <button class="button" onClick={more}>
            More conversations
          </button>
        </div>
      )}
    </section>
  );
}

function Row({ conversation, now }: { readonly conversation: ListedConversation; readonly now: number }) {
  const { id, status, operatorName, updatedAt, messageCount, summary } = conversation;
  const { question, waitingSince } = summary;
  return (
    <tr>
      <th scope="row">
        <Link href={hrefOf('conversations', id)}>{customerText(conversation)}</Link>
      </th>
      <td class="question">
        {question === null ? (
          '–'
        ) : (
          <>
            <span dir="auto">{question.text}</span>{' '}
            <span class={`badge ${question.message.intent === null ? 'held' : ''}`}>
              {question.message.intent === null ? 'Unknown intent' : intentText(question.message.intent)}
            </span>
          </>
        )}
      </td>
      <td class="nowrap">
        {waitingSince === null ? (
          '–'
        ) : (
          <b class="needs-care" title={formatDateTime(waitingSince)}>
            {waitedText(Date.parse(waitingSince), now)}
          </b>
        )}
      </td>
      {status !== 'WAITING' && (
        <td class="nowrap">{status === 'CLOSED' ? (operatorName ?? 'Freshet') : answererText(conversation)}</td>
      )}
      <td class="nowrap">
        {formatShortDateTime(updatedAt)} <span class="muted small">{distanceText(Date.parse(updatedAt), now)}</span>
      </td>
      <td class="figure">{formatNumber(messageCount)}</td>
    </tr>
  );
}
