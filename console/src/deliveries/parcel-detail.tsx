import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatEnum, formatNumber } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { useLive } from '../ui/use-live';
import { ParcelUpdated } from './delivery-documents';
import { carrierText, distanceText, laneText, likelyText, promiseText, STATUS_NAMES } from './parcel-text';
import { CarrierLink } from './parcel-table';
import { ScanTimeline } from './scan-timeline';
import { VoidDialog } from './void-dialog';

type Parcel = NonNullable<ResultOf<typeof ParcelUpdated>['shipmentUpdated']>;

const MINUTE_MS = 60_000;

const BASIS_NAMES: Readonly<Partial<Record<NonNullable<Parcel['estimate']>['basis'], string>>> = {
  LANE: 'of the same lane and service',
  SERVICE: 'of the same carrier and service',
  CARRIER: 'of the same carrier',
};

/** Shows one parcel, live: its status, promise, estimate, record and scans. */
export function ParcelDetail({ id }: { readonly id: string }) {
  const { data, error } = useLive(ParcelUpdated, { id });
  const now = useClock(MINUTE_MS);
  const [voided, setVoided] = useState<{ readonly scanId: string | null }>();
  const parcel = data?.shipmentUpdated;
  return (
    <>
      <ErrorNote error={error} title="No longer live" />
      {parcel == null ? (
        error === undefined && <Loading lines={8} />
      ) : (
        <>
          <ParcelFacts parcel={parcel} now={now} />
          <div class="customer">
            <ScanTimeline scans={parcel.scans} onVoid={(scanId) => setVoided({ scanId })} />
            <ParcelRecord parcel={parcel} onVoid={() => setVoided({ scanId: null })} />
          </div>
          {voided && <VoidDialog shipmentId={id} scanId={voided.scanId} onClose={() => setVoided(undefined)} />}
        </>
      )}
    </>
  );
}

interface Props {
  readonly parcel: Parcel;
  readonly now: number;
}

/** Where the parcel is, when it was promised, and when it is likely to arrive. */
function ParcelFacts({ parcel, now }: Props) {
  const { status, statusAt, place, promisedAt, deliveredAt, estimate, isLate, isStuck, hasContradictions } = parcel;
  const { voidReason } = parcel;
  const likely = estimate && likelyText(estimate, now);
  return (
    <section class="card" aria-label="Status">
      <dl class="facts">
        <div>
          <dt>Status</dt>
          <dd>
            <b aria-live="polite">{STATUS_NAMES[status]}</b>
            <span class="small muted">
              {[place, statusAt && `${formatDateTime(statusAt)} (${distanceText(Date.parse(statusAt), now)})`]
                .filter(Boolean)
                .join(', ')}
            </span>
          </dd>
        </div>
        <div>
          <dt>Promised</dt>
          <dd>
            <b>{promisedAt === null ? '–' : promiseText(promisedAt, now)}</b>
            <span class={`small ${isLate ? 'late-by' : 'muted'}`}>
              {promisedAt === null ? 'without a promise' : distanceText(Date.parse(promisedAt), now)}
            </span>
          </dd>
        </div>
        <div>
          <dt>{deliveredAt === null ? 'Likely' : 'Delivered'}</dt>
          <dd>
            <b>{deliveredAt === null ? (likely ?? '–') : formatDateTime(deliveredAt)}</b>
            <span class="small muted">
              {estimate === null
                ? deliveredAt === null && 'no estimate: fewer than 20 comparable parcels, or not on its way'
                : `80 % of ${formatNumber(estimate.comparedParcels)} parcels ${BASIS_NAMES[estimate.basis]}; half before ${formatDateTime(estimate.median)}`}
            </span>
          </dd>
        </div>
      </dl>
      {voidReason !== null && <p class="note">Voided: {voidReason}</p>}
      {(isLate || isStuck || hasContradictions) && (
        <p class="badges">
          {isLate && <span class="badge bad">{deliveredAt === null ? 'late' : 'delivered late'}</span>}
          {isStuck && <span class="badge bad">stuck: no scan for unusually long</span>}
          {hasContradictions && <span class="badge held">scans contradict each other</span>}
        </p>
      )}
    </section>
  );
}

/** What the shop recorded of the parcel. */
function ParcelRecord({ parcel, onVoid }: { readonly parcel: Parcel; readonly onVoid: () => void }) {
  const { order, kind, trackingNumber, trackingUrl, units, failedAttempts, destination } = parcel;
  const facts = [
    ['Carrier', carrierText(parcel)],
    ['Lane', laneText(parcel)],
    ['Parcel shop', destination.name],
    ['Tracking number', trackingNumber],
    ['Carrier’s page', trackingUrl && <CarrierLink key="link" url={trackingUrl} />],
    [
      'Order',
      order && `${order.id}, ${formatEnum(order.status).toLowerCase()}, placed ${formatDateTime(order.placedAt)}`,
    ],
    [
      'Customer',
      order?.customerId && (
        <Link key="link" href={hrefOf('customers', order.customerId)}>
          {order.customerId}
        </Link>
      ),
    ],
    ['Direction', kind === 'RETURN' ? 'back to the shop' : 'to the customer'],
    ['Units', units?.map(({ lineId, quantity }) => `${quantity} × line ${lineId}`).join(', ') ?? 'not known'],
    ['Failed attempts', failedAttempts > 0 && failedAttempts],
  ] as const;
  return (
    <section class="card" aria-label="Record">
      <h2>Record</h2>
      {order === null && <p class="note">Only scans have arrived. The shop has not recorded this parcel yet.</p>}
      <dl class="record">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {order !== null && parcel.status !== 'VOIDED' && (
        <div class="actions">
          <button class="button" type="button" onClick={onVoid}>
            Void the parcel
          </button>
        </div>
      )}
    </section>
  );
}
