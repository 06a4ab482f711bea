import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatShortDateTime } from '../ui/format';
import { useQuery } from '../ui/use-query';
import { AnswerDetails } from './answer-details';
import { type Intent, type Message, SupportIntents } from './conversation-documents';
import { understandingOf } from './conversation-text';
import { IntentCorrection } from './intent-correction';

/** Distance to the end, in pixels, up to which new messages scroll into view. */
const NEAR_END_PX = 80;

/** The messages of a conversation, the oldest first. It scrolls to new ones, unless the reader has scrolled back. */
export function Transcript({ messages }: { readonly messages: readonly Message[] }) {
  const intents = useQuery(SupportIntents, {}).data?.supportIntents ?? [];
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
          <MessageItem key={message.id} message={message} intents={intents} />
        ))}
      </ol>
    </div>
  );
}

const AUTHOR_NAMES = { CUSTOMER: 'Customer', AUTOMATIC: 'Freshet', OPERATOR: 'A person without a name' } as const;

interface MessageProps {
  readonly message: Message;
  /** All that a correction may choose. */
  readonly intents: readonly Intent[];
}

function MessageItem({ message, intents }: MessageProps) {
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
      {author === 'CUSTOMER' && <UnderstandingLine message={message} intents={intents} />}
      {awaitsAnswer && <p class="muted small">Freshet is about to answer.</p>}
      {author === 'AUTOMATIC' && <AnswerDetails answer={message} />}
    </li>
  );
}

/** The intent of a message of the customer, and on demand the other candidates and a correction. */
function UnderstandingLine({ message, intents }: MessageProps) {
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
        <IntentCorrection message={message} intents={intents} />
      </details>
    </div>
  );
}
