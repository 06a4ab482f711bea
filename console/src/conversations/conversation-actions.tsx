import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import {
  CloseConversation,
  HandOffConversation,
  type LiveConversation,
  TakeOverConversation,
} from './conversation-documents';
import { answererText } from './conversation-text';

/** Takes a conversation over, hands it off or closes it. */
export function ConversationActions({ conversation }: { readonly conversation: LiveConversation }) {
  const takeOver = useWrite(TakeOverConversation);
  const handOff = useWrite(HandOffConversation);
  const close = useWrite(CloseConversation);
  const [confirms, confirm] = useState<'take over' | 'close'>();
  const { id, status, isMine } = conversation;
  if (status === 'CLOSED') return null;
  const isWithOther = status === 'WITH_OPERATOR' && !isMine;
  const name = answererText(conversation);
  const take = (force: boolean) => {
    confirm(undefined);
    void takeOver.run({ id, force });
  };
  const writes = [takeOver, handOff, close];
  const isRunning = writes.some((write) => write.isRunning);
  return (
    <div class="conversation-actions">
      <div class="actions end">
        {isWithOther && (
          <button class="button" disabled={isRunning} onClick={() => confirm('take over')}>
            Take over from {name}
          </button>
        )}
        {(status === 'AUTOMATIC' || isMine) && (
          <button
            class="button"
            title="Freshet does not answer any more, and the customer waits for another person."
            disabled={isRunning}
            onClick={() => void handOff.run({ id })}
          >
            Hand off
          </button>
        )}
        {!isWithOther && (
          <button class="button" disabled={isRunning} onClick={() => confirm('close')}>
            Close
          </button>
        )}
        {status !== 'WITH_OPERATOR' && (
          <button class="button primary" disabled={isRunning} onClick={() => take(false)}>
            Take over
          </button>
        )}
      </div>
      <ErrorNote error={writes.find(({ error }) => error !== undefined)?.error} />
      {/* The only input is the conversation, so that the path of an error says nothing. */}
      <ItemErrors errors={writes.flatMap(({ faults }) => faults).map((fault) => ({ ...fault, path: null }))} />
      {confirms === 'take over' && (
        <Confirm
          title={`Take over from ${name}?`}
          action="Take over"
          onConfirm={() => take(true)}
          onCancel={() => confirm(undefined)}
        >
          <p>From now on you answer the customer. {name} can read the conversation, but not reply.</p>
        </Confirm>
      )}
      {confirms === 'close' && (
        <Confirm
          title="Close the conversation?"
          action="Close"
          isDangerous
          onConfirm={() => {
            confirm(undefined);
            void close.run({ id });
          }}
          onCancel={() => confirm(undefined)}
        >
          <p>Neither you nor the customer can add a message. The customer can start another conversation.</p>
        </Confirm>
      )}
    </div>
  );
}
