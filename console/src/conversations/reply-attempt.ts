/** A reply that is being sent, with the id that the client has given it. */
export interface ReplyAttempt {
  readonly text: string;
  readonly messageId: string;
}

/**
 * Returns the attempt to send a text. If the attempt before failed, it has the same id, so that the reply is stored once
 * even if only the response was lost. A text that was changed meanwhile is another reply.
 */
export const attemptFor = (text: string, failed: ReplyAttempt | undefined): ReplyAttempt =>
  failed?.text === text ? failed : { text, messageId: randomId() };

/** Returns 128 random bits in hex. `crypto.randomUUID` exists on https and localhost only. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
