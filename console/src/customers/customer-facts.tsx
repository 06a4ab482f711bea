import type { ResultOf } from '@freshet/client';
import { formatDateTime, formatMoney, formatShare } from '../ui/format';
import type { CustomerProfile } from './customer-documents';

type Profile = NonNullable<ResultOf<typeof CustomerProfile>['customer']>;

/** Shows a customer's segment and predictions, or why there are none. */
export function CustomerFacts({ customer }: { readonly customer: Profile }) {
  const { createdAt, profiling, segment, segmentSince, predictions } = customer;
  return (
    <section class="card" aria-label="Profile">
      {!profiling && (
        <p class="note">
          <b>Opted out of profiling.</b> The customer has no segment and no predictions. Lists, searches and ads are
          those of a visitor without history.
        </p>
      )}
      <dl class="facts">
        {profiling && (
          <div>
            <dt>Segment</dt>
            <dd>
              <b>{segment?.name ?? '–'}</b>
              <span class="small muted">
                {segmentSince !== null
                  ? `since ${formatDateTime(segmentSince)}`
                  : segment === null && 'no version of SEGMENTS is active'}
              </span>
            </dd>
          </div>
        )}
        {predictions !== null && <Predictions predictions={predictions} />}
        <div>
          <dt>First seen</dt>
          <dd>
            <b>{formatDateTime(createdAt)}</b>
          </dd>
        </div>
      </dl>
      {profiling && predictions === null && (
        <p class="muted small">No predictions: the customer has not ordered, or no version of VALUE is active.</p>
      )}
      {segment !== null && <p class="muted small">{segment.description}</p>}
    </section>
  );
}

function Predictions({ predictions }: { readonly predictions: NonNullable<Profile['predictions']> }) {
  const { horizonDays, expectedAmount, lowAmount, highAmount, purchaseProbability, churnProbability, asOf } =
    predictions;
  return (
    <>
      <div>
        <dt>Predicted amount, {horizonDays} days</dt>
        <dd>
          <b>{formatMoney(expectedAmount)}</b>
          <span class="small muted">
            80 %: {formatMoney(lowAmount)} to {formatMoney(highAmount)}
          </span>
        </dd>
      </div>
      <div>
        <dt>Purchase probability</dt>
        <dd>
          <b>{formatShare(purchaseProbability)}</b>
          <span class="small muted">as of {formatDateTime(asOf)}</span>
        </dd>
      </div>
      <div>
        <dt>Churn</dt>
        <dd>
          <b>{churnProbability === null ? '–' : formatShare(churnProbability)}</b>
          {churnProbability === null && <span class="small muted">no order in the last 180 days, or not fitted</span>}
        </dd>
      </div>
    </>
  );
}
