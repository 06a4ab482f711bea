import { useShop } from '../app/shop';
import { Link } from '../ui/link';
import { AnswerCard } from './answer-card';
import type { ChatMessageData } from './chat-documents';
import { followFromChat } from './follow-from-chat';
import { authorOf, isRateable, webAddress } from './conversation-state';
import { RequestForm } from './request-form';

/** A stored message. @param isOpen whether its choices can be made */
export function ChatMessage({ message, isOpen }: { readonly message: ChatMessageData; readonly isOpen: boolean }) {
  const { chat, account } = useShop();
  const { author, text, sentAt, outcome, choices, actions, quotes, cards } = message;
  const isOwn = author === 'CUSTOMER';
  return (
    <div class={`chat-message ${isOwn ? 'own' : ''}`} data-author={author} data-outcome={outcome ?? undefined}>
      <p class={isOwn ? 'unseen' : 'chat-meta'}>
        {authorOf(message)}
        {' · '}
        <time dateTime={sentAt}>{new Date(sentAt).toLocaleTimeString(undefined, { timeStyle: 'short' })}</time>
      </p>
      <p class="chat-text">{text}</p>
      {quotes.map(({ articleId, title, url }) => (
        <p key={articleId} class="chat-meta">
          Source: <Source title={title} url={webAddress(url)} />
        </p>
      ))}
      {cards.map((card) => (
        <AnswerCard key={`${card.__typename} ${card.id}`} card={card} />
      ))}
      {outcome === 'SIGN_IN_NEEDED' && account && !account.customer.value && (
        <p>
          <Link to="/sign-in" onFollow={() => followFromChat(chat)}>
            Sign in
          </Link>
        </p>
      )}
      {actions.map((action) => (
        <Action key={action.id} action={action} />
      ))}
      {choices.length > 0 && (
        <ul class="chat-choices" aria-label="Replies">
          {choices.map((choice) => (
            <li key={choice.id}>
              <button
                type="button"
                class="secondary"
                disabled={!isOpen}
                onClick={() => chat.send(choice.text, choice.id)}
              >
                {choice.text}
              </button>
            </li>
          ))}
        </ul>
      )}
      {isRateable(message) && <Rating message={message} />}
    </div>
  );
}

const ACTION_STATES: Readonly<Record<string, string>> = {
  EXPIRED: 'This button has expired. Please ask again.',
  REQUESTED: 'Requested. The shop has not confirmed it yet.',
  CONFIRMED: 'Confirmed by the shop.',
  DECLINED: 'Declined by the shop.',
};

/** A button that requests something from the shop, or its state. */
function Action({ action }: { readonly action: ChatMessageData['actions'][number] }) {
  const { chat } = useShop();
  const { id, kind, label, state } = action;
  const isPressed = chat.pressed.value.has(id);
  if (state === 'OFFERED' && (kind === 'RETURN' || kind === 'PROBLEM'))
    return <RequestForm action={action} isPressed={isPressed} />;
  return (
    <p class="chat-action" data-state={state}>
      {state === 'OFFERED' && (
        <button type="button" class="primary" disabled={isPressed} onClick={() => void chat.press(id)}>
          {label}
        </button>
      )}
      <span class="chat-meta" role="status">
        {ACTION_STATES[state]}
      </span>
    </p>
  );
}

function Source({ title, url }: { readonly title: string; readonly url: string | undefined }) {
  if (url === undefined) return <>{title}</>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {title}
    </a>
  );
}

function Rating({ message: { id, helpful } }: { readonly message: ChatMessageData }) {
  const { chat } = useShop();
  if (helpful !== null) return <p class="chat-meta">Thank you for your rating.</p>;
  return (
    <p class="chat-meta chat-rating" role="group" aria-label="Was this helpful?">
      Was this helpful?
      <button type="button" class="quiet" onClick={() => void chat.rate(id, true)}>
        Yes
      </button>
      <button type="button" class="quiet" onClick={() => void chat.rate(id, false)}>
        No
      </button>
    </p>
  );
}
