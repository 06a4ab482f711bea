import { formatEnum } from '../ui/format';
import type { StreamDraft } from './stream-draft';

const TYPES: StreamDraft['from'] = [
  'VIEW',
  'CLICK',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'PURCHASE',
  'RETURN',
  'RATE',
  'LIKE',
  'DISLIKE',
  'SEARCH',
  'IMPRESSION',
  'CUSTOM',
];

interface Props {
  readonly from: StreamDraft['from'];
  readonly onChange: (from: StreamDraft['from']) => void;
}

export function EventTypes({ from, onChange }: Props) {
  return (
    <fieldset>
      <legend>Events</legend>
      <div class="checks">
        {TYPES.map((type) => (
          <label key={type} class="check">
            <input
              type="checkbox"
              checked={from.includes(type)}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? [...from, type] : from.filter((one) => one !== type))
              }
            />
            <span>{formatEnum(type)}</span>
          </label>
        ))}
      </div>
      <p class="hint">If none is chosen, all types count.</p>
    </fieldset>
  );
}
