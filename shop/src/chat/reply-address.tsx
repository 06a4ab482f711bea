import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useShop } from '../app/shop';

/** A field for the visitor's e-mail address, if the shop has asked for it; then what can be done with it. */
export function ReplyAddress() {
  const { chat } = useShop();
  const [isChanging, change] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (isChanging) field.current?.focus();
  }, [isChanging]);
  const conversation = chat.conversation.value;
  if (conversation === undefined) return null;
  const { hasReplyAddress, messages } = conversation;
  if (hasReplyAddress && !isChanging)
    return (
      <p class="note chat-address">
        The reply also goes to your e-mail address.
        <button type="button" class="quiet" onClick={() => change(true)}>
          Change
        </button>
        <button type="button" class="quiet" onClick={() => void chat.setReplyAddress(null)}>
          Remove
        </button>
      </p>
    );
  if (!hasReplyAddress && !messages.some(({ asksReplyAddress }) => asksReplyAddress)) return null;
  const save = async () => {
    if (await chat.setReplyAddress(field.current!.value)) change(false);
  };
  return (
    <form
      class="chat-address"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label for="chat-address">E-mail address for the reply</label>
      <input ref={field} id="chat-address" name="email" type="email" required maxLength={254} autocomplete="email" />
      <button type="submit" class="secondary">
        Save
      </button>
    </form>
  );
}
