import { formatDateTime } from '../ui/format';
import type { Rule } from './rule-draft';

const HOUR_MS = 3_600_000;
const SILENCE_DURATIONS = [
  { hours: 1, title: '1 hour' },
  { hours: 8, title: '8 hours' },
  { hours: 24, title: '1 day' },
  { hours: 168, title: '1 week' },
];

interface Props {
  readonly rule: Rule;
  readonly isRunning: boolean;
  /** Silences the rule until a time; null ends the silence. */
  readonly onSilence: (until: string | null) => void;
}

/** Silences a rule: its webhooks are not notified for a while. Alerts still open and close. */
export function Silence({ rule: { id, silencedUntil }, isRunning, onSilence }: Props) {
  if (silencedUntil !== null && Date.parse(silencedUntil) > Date.now())
    return (
      <button class="button small" disabled={isRunning} onClick={() => onSilence(null)}>
        End silence
        <span class="visually-hidden">
          {' '}
          of {id}, until {formatDateTime(silencedUntil)}
        </span>
      </button>
    );
  return (
    <select
      class="silence"
      aria-label={`Silence ${id}`}
      title="Webhooks are not notified when the rule fires. Its alerts still appear here."
      value=""
      disabled={isRunning}
      onChange={(event) => onSilence(new Date(Date.now() + Number(event.currentTarget.value) * HOUR_MS).toISOString())}
    >
      <option value="" disabled>
        Silence …
      </option>
      {SILENCE_DURATIONS.map(({ hours, title }) => (
        <option key={hours} value={hours}>
          for {title}
        </option>
      ))}
    </select>
  );
}
