import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { CorrectIntent, type Message } from './conversation-documents';
import { intentText } from './conversation-text';
import { INTENTS, OUT_OF_SCOPE } from './intents';

/** Buttons for the likely intents of a message, and a list of all others. The message becomes an example of the intent. */
export function IntentCorrection({ message: { id, intent, candidates } }: { readonly message: Message }) {
  const { run, error, faults, isRunning } = useWrite(CorrectIntent);
  const likely = [...candidates.map((candidate) => candidate.intent), OUT_OF_SCOPE].filter((each) => each !== intent);
  const correct = (to: string) => void run({ messageId: id, intent: to });
  return (
    <>
      <div class="actions">
        {likely.map((each) => (
          <button key={each} class="button small" disabled={isRunning} onClick={() => correct(each)}>
            {intentText(each)}
          </button>
        ))}
        <select
          aria-label="Another intent"
          value=""
          disabled={isRunning}
          onChange={({ currentTarget: { value } }) => value !== '' && correct(value)}
        >
          <option value="">Another intent …</option>
          {INTENTS.filter((each) => each !== intent && !likely.includes(each)).map((each) => (
            <option key={each} value={each}>
              {intentText(each)}
            </option>
          ))}
        </select>
      </div>
      <ErrorNote error={error} title="Not corrected" />
      <ItemErrors errors={faults} />
    </>
  );
}
