import type { Chat } from './chat';

/** Closes the chat when a link in it is followed, where the chat would cover the page. */
export function followFromChat(chat: Pick<Chat, 'close'>): void {
  if (matchMedia('(max-width: 40rem)').matches) chat.close();
}
