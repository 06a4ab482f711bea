import { useLayoutEffect, useRef } from 'preact/hooks';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { ChatLog } from './chat-log';
import { whoAnswers } from './conversation-state';
import { MessageForm } from './message-form';
import { ReplyAddress } from './reply-address';

/** The chat as a dialog that leaves the rest of the page usable. */
export function ChatPanel({ onClose }: { readonly onClose: () => void }) {
  const { chat } = useShop();
  const heading = useRef<HTMLHeadingElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const conversation = chat.conversation.value;
  const fault = chat.fault.value;
  // On a touch screen, the focus on the input would open the keyboard over the messages.
  const settleFocus = () => {
    const isTouch = matchMedia('(pointer: coarse)').matches;
    ((isTouch ? null : input.current) ?? heading.current)?.focus({ preventScroll: true });
  };
  useLayoutEffect(settleFocus, []);
  return (
    <section
      role="dialog"
      aria-labelledby="chat-title"
      class="chat"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) onClose();
      }}
      onClick={(event) => {
        // Most buttons disappear or are disabled once they are pressed, and would lose the focus to the page.
        if ((event.target as Element).closest('button')) settleFocus();
      }}
    >
      <header class="chat-header">
        <div>
          <h2 id="chat-title" ref={heading} tabIndex={-1}>
            Help
          </h2>
          <p class="chat-status" role="status" data-status={conversation?.status ?? 'AUTOMATIC'}>
            {whoAnswers(conversation)}
          </p>
        </div>
        <button type="button" class="chat-close" aria-label="Close help" onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </header>
      <ChatLog />
      <footer class="chat-footer">
        {fault && <Fault error={fault} />}
        {(conversation?.status ?? 'AUTOMATIC') === 'AUTOMATIC' && (
          <button
            type="button"
            class="pill chat-person"
            disabled={chat.isHandingOff.value}
            onClick={() => void chat.handOff()}
          >
            Talk to a person
          </button>
        )}
        {conversation?.status === 'CLOSED' ? (
          <>
            <p class="note">This conversation is closed.</p>
            <button type="button" class="primary" onClick={() => chat.leave()}>
              Start another conversation
            </button>
          </>
        ) : (
          <>
            <ReplyAddress />
            <MessageForm input={input} />
          </>
        )}
      </footer>
    </section>
  );
}
