import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatShortDateTime } from '../ui/format';
import { AnswerDetails } from './answer-details';
import type { Message } from './conversation-documents';
import { understandingOf } from './conversation-text';
import { IntentCorrection } from './intent-correction';

/** Distance to the end, in pixels, up to which new messages scroll into view. */
const NEAR_END_PX = 80;

/** The messages of a conversation, the oldest first. It scrolls to new ones, unless the reader has scrolled back. */
export function Transcript({ messages }: { readonly messages: readonly Message[] }) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isAtEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [messages.length]);
  if (messages.length === 0) return <p class="muted">The customer has not written yet.</p>;
  return (
    <div
      ref={list}
      class="transcript"
      role="log"
      aria-label="Transcript"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      }}
    >
      <ol>
        {messages.map((message) => (
          <MessageItem key={message.id} message={message} />
        ))}
      </ol>
    </div>
  );
}

const AUTHOR_NAMES = { CUSTOMER: 'Customer', AUTOMATIC: 'Freshet', OPERATOR: 'A person without a name' } as const;

function MessageItem({ message }: { readonly message: Message }) {
  const { author, operatorName, text, sentAt, awaitsAnswer } = message;
  return (
    <li class={`message ${author.toLowerCase()}`}>
      <p class="message-head">
        <b>{operatorName ?? AUTHOR_NAMES[author]}</b>{' '}
        <time class="muted small nowrap" dateTime={sentAt}>
          {formatShortDateTime(sentAt)}
        </time>
      </p>
      <p class="message-text" dir="auto">
        {text}
      </p>
      {author === 'CUSTOMER' && <UnderstandingLine message={message} />}
      {awaitsAnswer && <p class="muted small">Freshet is about to answer.</p>}
      {author === 'AUTOMATIC' && <AnswerDetails answer={message} />}
    </li>
  );
}

/** The intent of a message of the customer, and on demand the other candidates and a correction. */
function UnderstandingLine({ message }: { readonly message: Message }) {
  const understanding = understandingOf(message);
  return (
    <div class="message-details small">
      {understanding !== undefined && (
        <span>
          <span class={`badge ${message.intent === null ? 'held' : ''}`}>{understanding.intent}</span>{' '}
          {understanding.confidence}
        </span>
      )}
      <details>
        <summary>Correct the intent</summary>
        {understanding !== undefined && understanding.others.length > 0 && (
          <p class="muted">Other candidates: {understanding.others.join(' · ')}</p>
        )}
        <IntentCorrection message={message} />
      </details>
    </div>
  );
}
