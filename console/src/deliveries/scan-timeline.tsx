import type { ResultOf } from '@freshet/client';
import { formatLocalTime } from '../ui/format';
import type { ParcelUpdated } from './delivery-documents';
import { STATUS_NAMES } from './parcel-text';

type Scan = NonNullable<ResultOf<typeof ParcelUpdated>['shipmentUpdated']>['scans'][number];

interface Props {
  readonly scans: readonly Scan[];
  /** Called with the id of a scan that is to be voided. */
  readonly onVoid: (id: string) => void;
}

/** Lists the scans of a parcel, the newest first. Times are by the clocks of the place. */
export function ScanTimeline({ scans, onVoid }: Props) {
  return (
    <section class="card" aria-labelledby="scans-title">
      <h2 id="scans-title">Timeline</h2>
      {scans.length === 0 && <p class="muted">The carrier has sent no scan yet.</p>}
      <ol class="timeline">
        {[...scans]
          .reverse()
          .map(({ id, type, occurredAt, timeZone, place, description, rawCode, isContradiction }) => (
            <li key={id} class={isContradiction ? 'contradiction' : ''}>
              <p>
                <span class="event-type">{STATUS_NAMES[type]}</span>{' '}
                <time class="muted small nowrap" dateTime={occurredAt}>
                  {formatLocalTime(occurredAt, timeZone)}
                </time>{' '}
                <button
                  class="button small"
                  type="button"
                  aria-label={`Void the scan ${STATUS_NAMES[type]}, ${formatLocalTime(occurredAt, timeZone)}`}
                  onClick={() => onVoid(id)}
                >
                  Void
                </button>
              </p>
              {(place ?? description) !== null && (
                <p class="small">{[place, description].filter(Boolean).join(' · ')}</p>
              )}
              {(rawCode !== null || isContradiction) && (
                <p class="small muted">
                  {rawCode !== null && (
                    <>
                      Code <code>{rawCode}</code>{' '}
                    </>
                  )}
                  {isContradiction && <span class="badge held">contradicts earlier scans</span>}
                </p>
              )}
            </li>
          ))}
      </ol>
    </section>
  );
}
