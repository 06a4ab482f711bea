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
import type { OwnName } from './use-own-name';

interface Props extends OwnName {
  readonly conversation: LiveConversation;
}

/** Takes a conversation over, hands it off or closes it. */
export function ConversationActions({ conversation, ownName, rememberName }: Props) {
  const takeOver = useWrite(TakeOverConversation);
  const handOff = useWrite(HandOffConversation);
  const close = useWrite(CloseConversation);
  const [confirms, confirm] = useState<'take over' | 'close'>();
  const { id, status, operatorName } = conversation;
  if (status === 'CLOSED') return null;
  const isWithOther = status === 'WITH_OPERATOR' && operatorName !== ownName;
  const name = answererText(conversation);
  const take = async (force: boolean) => {
    confirm(undefined);
    const written = await takeOver.run({ id, force });
    if (written?.conversation != null) rememberName(written.conversation.operatorName);
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
        {status === 'AUTOMATIC' && (
          <button
            class="button"
            title="Freshet does not answer any more, and the customer waits for a person."
            disabled={isRunning}
            onClick={() => void handOff.run({ id })}
          >
            Hand off
          </button>
        )}
        <button class="button" disabled={isRunning} onClick={() => confirm('close')}>
          Close
        </button>
        {status !== 'WITH_OPERATOR' && (
          <button class="button primary" disabled={isRunning} onClick={() => void take(false)}>
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
          onConfirm={() => void take(true)}
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
