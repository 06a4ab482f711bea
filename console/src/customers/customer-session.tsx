import type { ResultOf } from '@freshet/client';
import { formatEnum, formatShare, formatShortDateTime } from '../ui/format';
import type { CustomerProfile } from './customer-documents';

type Session = NonNullable<NonNullable<ResultOf<typeof CustomerProfile>['customer']>['behaviour']>;

/** Shows what a customer's running session is predicted to do, and the path to that prediction. */
export function CustomerSession({ session }: { readonly session: Session }) {
  const { behaviour, source, explanation, purchaseProbability, probabilities, startedAt, asOf } = session;
  return (
    <section class="card" aria-labelledby="session-title">
      <h2 id="session-title">Running session</h2>
      <dl class="facts">
        <div>
          <dt>Behaviour</dt>
          <dd>
            <b>{formatEnum(behaviour)}</b>
            <span class="small muted">
              {source === 'RULE' ? 'by stated rules' : 'by the model'}, as of {formatShortDateTime(asOf)}
            </span>
          </dd>
        </div>
        <div>
          <dt>Order in this session</dt>
          <dd>
            <b>{formatShare(purchaseProbability)}</b>
            <span class="small muted">since {formatShortDateTime(startedAt)}</span>
          </dd>
        </div>
      </dl>
      <p class="small">{explanation}</p>
      <p class="muted small">
        {probabilities.map((each) => `${formatEnum(each.behaviour)} ${formatShare(each.probability)}`).join(' · ')}
      </p>
    </section>
  );
}
