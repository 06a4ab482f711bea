import { useLayoutEffect, useRef } from 'preact/hooks';
import { useShop } from '../app/shop';
import { ChatPanel } from './chat-panel';

/** The button that opens the chat, or the chat in its place. */
export function Help() {
  const { chat } = useShop();
  const button = useRef<HTMLButtonElement>(null);
  const wasClosedInside = useRef(false);
  const isOpen = chat.isOpen.value;
  const unread = chat.unreadCount.value;
  useLayoutEffect(() => {
    if (!isOpen && wasClosedInside.current) button.current?.focus();
    wasClosedInside.current = false;
  }, [isOpen]);
  if (isOpen)
    return (
      <ChatPanel
        onClose={() => {
          wasClosedInside.current = true;
          chat.close();
        }}
      />
    );
  return (
    <button
      ref={button}
      type="button"
      class="primary help"
      aria-haspopup="dialog"
      aria-label={unread > 0 ? `Help, ${unread} new ${unread === 1 ? 'message' : 'messages'}` : undefined}
      onClick={() => chat.open()}
    >
      Help
      {unread > 0 && <span class="help-unread">{unread}</span>}
    </button>
  );
}
