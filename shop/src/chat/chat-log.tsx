import { useLayoutEffect, useRef } from 'preact/hooks';
import { useShop } from '../app/shop';
import { ChatMessage } from './chat-message';
import { isAnswering, openChoicesOf, type UnsentMessage } from './conversation-state';

/** The first messages that a visitor can send with one tap. */
const SUGGESTIONS = [
  'Where is my order?',
  'How do I return something?',
  'How much does delivery cost?',
  'When do I get my refund?',
];
/** The log follows new messages unless the visitor has scrolled it up further than this from its end. */
const END_TOLERANCE_PX = 60;
const ANSWER_MARGIN_PX = 12;

/** All messages of the conversation, or a greeting. */
export function ChatLog() {
  const { chat } = useShop();
  const log = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  /** Where the log was scrolled to by itself. */
  const placedAt = useRef(0);
  const conversation = chat.conversation.value;
  const unsent = chat.unsent.value;
  const messages = conversation?.messages ?? [];
  const isEmpty = messages.length === 0 && unsent.length === 0;
  const openChoices = conversation && unsent.every(({ state }) => state === 'failed') && openChoicesOf(conversation);
  const isTyping = isAnswering(conversation, unsent);
  const unsentBefore = useRef(0);
  useLayoutEffect(() => {
    const element = log.current!;
    const end = element.scrollHeight - element.clientHeight;
    const newest = element.lastElementChild as HTMLElement | null;
    // The visitor's own message is always shown. A long answer is shown from its beginning.
    const hasSent = unsent.length > unsentBefore.current;
    unsentBefore.current = unsent.length;
    if (!hasSent && !isFollowing.current) return;
    if (unsent.length > 0 || isTyping) element.scrollTop = end;
    else if (newest) element.scrollTop = Math.min(end, newest.offsetTop - ANSWER_MARGIN_PX);
    placedAt.current = element.scrollTop;
  }, [messages.length, unsent, isTyping]);
  return (
    <div
      ref={log}
      class="chat-log"
      role="log"
      aria-label="Messages"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        const isAtEnd = scrollHeight - clientHeight - scrollTop < END_TOLERANCE_PX;
        isFollowing.current = isAtEnd || Math.abs(scrollTop - placedAt.current) < 1;
      }}
    >
      {chat.isLoading.value && isEmpty && <p class="note">Loading …</p>}
      {!chat.isLoading.value && isEmpty && <Greeting status={conversation?.status} />}
      {messages.map((message) => (
        <ChatMessage key={message.id} message={message} isOpen={message.id === openChoices} />
      ))}
      {unsent.map((message) => (
        <Unsent key={message.messageId} message={message} />
      ))}
      {isTyping && (
        <p class="chat-answering" aria-hidden="true">
          <span />
          <span />
          <span />
        </p>
      )}
    </div>
  );
}

function Greeting({ status = 'AUTOMATIC' }: { readonly status?: string }) {
  const { chat, name } = useShop();
  if (status !== 'AUTOMATIC') return null;
  return (
    <>
      <p>
        Welcome to {name}. Ask about your orders, deliveries and returns. The answers are automatic, and you can talk to
        a person at any time.
      </p>
      <ul class="chat-choices" aria-label="Suggestions">
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button type="button" class="secondary" onClick={() => chat.send(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Unsent({ message: { messageId, text, state, error } }: { readonly message: UnsentMessage }) {
  const { chat } = useShop();
  return (
    <div class="chat-message own" data-state={state}>
      <p class="unseen">You</p>
      <p class="chat-text">{text}</p>
      {state === 'sending' && <p class="chat-meta">Sending …</p>}
      {state === 'delayed' && (
        <p class="chat-meta">Too many messages at the moment. It is sent automatically in a few seconds.</p>
      )}
      {state === 'failed' && (
        <p class="chat-meta chat-failed" role="alert">
          Not sent. {error}{' '}
          <button type="button" class="quiet" onClick={() => chat.sendAgain(messageId)}>
            Send again
          </button>
        </p>
      )}
    </div>
  );
}
