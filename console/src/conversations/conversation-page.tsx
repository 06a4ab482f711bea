import { useSession } from '../session/session';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatEnum } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { useLive } from '../ui/use-live';
import { ConversationActions } from './conversation-actions';
import type { ResultOf } from '@freshet/client';
import { ConversationUpdated, type LiveConversation } from './conversation-documents';
import { answererText, customerText, intentText, waitedText } from './conversation-text';
import { ReplyForm } from './reply-form';
import { Transcript } from './transcript';

const CLOCK_MS = 15_000;

/** Shows one conversation, live: a summary, the transcript, and what an operator can do. */
export function ConversationPage({ id }: { readonly id: string }) {
  const { data, error } = useLive(ConversationUpdated, { id }, undefined, withEarlierMessages);
  const conversation = data?.conversationUpdated;
  const isUnknown = error?.code === 'NOT_FOUND';
  return (
    <>
      <header class="page-head with-action">
        <div class="grow">
          <p class="small">
            <Link href={hrefOf('conversations')}>All conversations</Link>
          </p>
          <h1 class="customer-id">{conversation == null ? 'Conversation' : customerText(conversation)}</h1>
        </div>
        {conversation != null && <ConversationActions conversation={conversation} />}
      </header>
      {isUnknown ? (
        <Empty title="No such conversation">
          <p>It was deleted, or the address is wrong.</p>
        </Empty>
      ) : (
        <ErrorNote error={error} title="No longer live" />
      )}
      {conversation == null && error === undefined && <Loading lines={8} />}
      {conversation != null && (
        <>
          <Summary conversation={conversation} />
          <section class="card" aria-label="Messages">
            <Transcript messages={conversation.messages} />
            {conversation.status === 'CLOSED' ? (
              <p class="muted">The conversation is closed. The customer can start another one.</p>
            ) : (
              <ReplyForm conversation={conversation} />
            )}
          </section>
        </>
      )}
    </>
  );
}

type Update = ResultOf<typeof ConversationUpdated>;

/** An update has the messages that are new or have changed. */
function withEarlierMessages({ conversationUpdated: before }: Update, update: Update): Update {
  const { conversationUpdated: next } = update;
  if (before == null || next == null) return update;
  const messages = new Map([...before.messages, ...next.messages].map((message) => [message.id, message]));
  return { conversationUpdated: { ...next, messages: [...messages.values()] } };
}

/** What a person who takes over needs to know first. */
function Summary({ conversation }: { readonly conversation: LiveConversation }) {
  const { scope } = useSession();
  const now = useClock(CLOCK_MS);
  const { customerId, status, isMine, language, replyAddress, startedAt, closedAt, summary } = conversation;
  const { intents, subjects, unansweredCount, waitingSince: since } = summary;
  return (
    <section class="card" aria-label="Summary">
      <dl class="facts">
        <div>
          <dt>Customer</dt>
          <dd>
            <b class="customer-id">
              {customerId !== null && scope === 'ADMIN' ? (
                <Link href={hrefOf('customers', customerId)}>{customerId}</Link>
              ) : (
                (customerId ?? 'Not signed in')
              )}
            </b>
            <span class="small muted">
              since {formatDateTime(startedAt)}
              {language !== null && `, language ${language}`}
            </span>
          </dd>
        </div>
        {replyAddress !== null && (
          <div>
            <dt>Reply also to</dt>
            <dd>
              <a href={`mailto:${replyAddress}`}>{replyAddress}</a>
            </dd>
          </div>
        )}
        <div>
          <dt>Answered by</dt>
          <dd>
            <b aria-live="polite">{answererText(conversation)}</b>
            {isMine && <span class="small muted">you</span>}
            {closedAt !== null && status === 'CLOSED' && (
              <span class="small muted">closed {formatDateTime(closedAt)}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>Waits for a person</dt>
          <dd>
            <b class={since === null ? '' : 'needs-care'}>
              {since === null ? 'No' : waitedText(Date.parse(since), now)}
            </b>
            {since !== null && <span class="small muted">since {formatDateTime(since)}</span>}
            {unansweredCount > 0 && (
              <span class="small muted">
                {unansweredCount} {unansweredCount === 1 ? 'message' : 'messages'} without an answer
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Asked about</dt>
          <dd>
            {intents.length === 0 && '–'}
            <ul>
              {intents.map(({ intent, messageCount }) => (
                <li key={intent}>
                  {intentText(intent)}
                  {messageCount > 1 && <span class="muted"> × {messageCount}</span>}
                </li>
              ))}
            </ul>
          </dd>
        </div>
        <div>
          <dt>Answers were about</dt>
          <dd>
            {subjects.length === 0 && '–'}
            <ul>
              {subjects.map(({ kind, objectId }) => (
                <li key={`${kind} ${objectId}`}>
                  <span class="muted">{formatEnum(kind)}</span>{' '}
                  {scope === 'ADMIN' && (kind === 'ORDER' || kind === 'SHIPMENT') ? (
                    <Link href={hrefOf('deliveries', objectId)}>{objectId}</Link>
                  ) : (
                    objectId
                  )}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
    </section>
  );
}
