import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { CorrectIntent, type Intent, type Message } from './conversation-documents';
import { intentText } from './conversation-text';
import { OUT_OF_SCOPE } from './intents';

interface IntentCorrectionProps {
  readonly message: Pick<Message, 'id' | 'intent' | 'candidates'>;
  /** All that may be chosen. */
  readonly intents: readonly Intent[];
  readonly onCorrected?: () => void;
}

/** Buttons for the likely intents of a message, and a list of all others. The message becomes an example of the intent. */
export function IntentCorrection({ message: { id, intent, candidates }, intents, onCorrected }: IntentCorrectionProps) {
  const { run, error, faults, isRunning } = useWrite(CorrectIntent);
  const likely = [...candidates.map((candidate) => candidate.intent), OUT_OF_SCOPE].filter((each) => each !== intent);
  const correct = async (to: string) => {
    if ((await run({ messageId: id, intent: to })) !== undefined) onCorrected?.();
  };
  const others = intents.filter((each) => each.id !== intent && !likely.includes(each.id));
  return (
    <>
      <div class="actions">
        {likely.map((each) => (
          <button key={each} class="button small" disabled={isRunning} onClick={() => void correct(each)}>
            {intentText(each)}
          </button>
        ))}
        <select
          aria-label="Another intent"
          value=""
          disabled={isRunning}
          onChange={({ currentTarget: { value } }) => value !== '' && void correct(value)}
        >
          <option value="">Another intent …</option>
          {others.map((each) => (
            <option key={each.id} value={each.id} title={each.description ?? undefined}>
              {intentText(each.id)}
            </option>
          ))}
        </select>
      </div>
      <ErrorNote error={error} title="Not corrected" />
      <ItemErrors errors={faults} />
    </>
  );
}
