import type { RefObject } from 'preact';
import { useShop } from '../app/shop';

/** The maximum of `askSupport`. */
const MAX_TEXT_LENGTH = 2_000;

/** Enter sends the message; Shift and Enter begin another line. */
export function MessageForm({ input }: { readonly input: RefObject<HTMLTextAreaElement | null> }) {
  const { chat } = useShop();
  const send = () => {
    const text = chat.draft.peek().trim();
    if (text === '') return;
    chat.send(text);
    chat.draft.value = '';
  };
  return (
    <form
      class="chat-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for="chat-input" class="unseen">
        Your message
      </label>
      <textarea
        id="chat-input"
        ref={input}
        rows={2}
        maxLength={MAX_TEXT_LENGTH}
        placeholder="Your message"
        value={chat.draft.value}
        onInput={(event) => (chat.draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="primary">
        Send
      </button>
    </form>
  );
}
