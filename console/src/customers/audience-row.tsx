import type { ResultOf } from '@freshet/client';
import { formatNumber, formatShare } from '../ui/format';
import { useLive } from '../ui/use-live';
import { AudienceUpdated, type Audiences } from './audience-documents';

export type Audience = NonNullable<ResultOf<typeof Audiences>['audiences']>[number];

interface Props {
  readonly audience: Audience;
  readonly isLive: boolean;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** Shows an audience with its live size. */
export function AudienceRow({ audience: { id, name, condition, ...stored }, isLive, onEdit, onDelete }: Props) {
  const { data } = useLive(AudienceUpdated, isLive ? { id } : null);
  const { size, progress } = data?.audienceUpdated ?? stored;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <code>{condition}</code>
      </td>
      <td class="number">{size === null ? `${formatShare(progress)} examined` : formatNumber(size)}</td>
      <td class="nowrap">
        <button class="button small" onClick={onEdit}>
          Edit<span class="visually-hidden"> {name}</span>
        </button>{' '}
        <button class="button small" onClick={onDelete}>
          Delete<span class="visually-hidden"> {name}</span>
        </button>
      </td>
    </tr>
  );
}
