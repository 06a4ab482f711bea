import { useRef, useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { type LiveConversation, ReplyToConversation } from './conversation-documents';
import { answererText } from './conversation-text';
import { attemptFor, type ReplyAttempt } from './reply-attempt';

const MAX_TEXT_LENGTH = 2_000;

/** Form that replies to the customer. Ctrl+Enter sends. */
export function ReplyForm({ conversation }: { readonly conversation: LiveConversation }) {
  const { run, error, faults, isRunning } = useWrite(ReplyToConversation);
  const [text, setText] = useState('');
  const failed = useRef<ReplyAttempt | undefined>(undefined);
  const [refusedFor, setRefusedFor] = useState<string>();
  const answerer = answererText(conversation);
  const isWithOperator = conversation.status === 'WITH_OPERATOR';
  const isWithOther = isWithOperator && !conversation.isMine;
  const reply = text.trim();
  const send = async () => {
    if (reply === '' || isRunning || isWithOther) return;
    const attempt = attemptFor(reply, failed.current);
    failed.current = attempt;
    const written = await run({ input: { conversationId: conversation.id, ...attempt } });
    setRefusedFor(answerer);
    if (written?.conversation == null) return;
    failed.current = undefined;
    setText('');
  };
  const hint = !isWithOperator
    ? 'Your reply takes the conversation over: Freshet does not answer any more.'
    : conversation.isMine
      ? 'The customer sees your reply at once.'
      : `${answerer} answers this conversation. Another person has to take it over before replying.`;
  // A refusal is out of date as soon as another person answers.
  const refusals = refusedFor === answerer ? faults : [];
  return (
    <form
      class="reply"
      aria-label="Reply"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label="Reply" hint={hint} faults={refusals.filter(({ path }) => path === 'text')}>
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            rows={4}
            dir="auto"
            maxLength={MAX_TEXT_LENGTH}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              void send();
            }}
          />
        )}
      </Field>
      <ErrorNote error={error} title="Not sent" />
      <ItemErrors errors={refusals.filter(({ path }) => path !== 'text').map((fault) => ({ ...fault, path: null }))} />
      <div class="actions">
        <button class="button primary" disabled={reply === '' || isRunning || isWithOther}>
          {isRunning ? 'Sending …' : 'Send'}
        </button>
        <span class="muted small">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends
        </span>
      </div>
    </form>
  );
}
