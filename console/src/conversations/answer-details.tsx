import { CarrierLink } from '../deliveries/parcel-table';
import { carrierText, promiseText, STATUS_NAMES } from '../deliveries/parcel-text';
import { useSession } from '../session/session';
import { formatDateTime, formatEnum, formatMoney } from '../ui/format';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import type { Message } from './conversation-documents';
import { OUTCOME_NAMES } from './conversation-text';

const OUTCOME_TONES: Readonly<Partial<Record<NonNullable<Message['outcome']>, string>>> = {
  ANSWERED: 'good',
  NOT_UNDERSTOOD: 'held',
};

const ACTION_NAMES: Readonly<Record<Message['actions'][number]['kind'], string>> = {
  CANCEL: 'Button to cancel',
  CHANGE: 'Button to change',
  RETURN: 'Button to return',
  PROBLEM: 'Button to report a problem with',
};

const ACTION_TONES: Readonly<Partial<Record<Message['actions'][number]['state'], string>>> = {
  REQUESTED: 'held',
  CONFIRMED: 'good',
  DECLINED: 'bad',
};

/** What an automatic answer did, where its values come from, and what it shows. */
export function AnswerDetails({ answer }: { readonly answer: Message }) {
  const { outcome, helpful, choices, actions, quotes, cards, sources } = answer;
  return (
    <div class="message-details small">
      {choices.length > 0 && <p class="muted">Offered: {choices.map(({ text }) => text).join(' · ')}</p>}
      {actions.map(({ id, kind, orderId, text, lines, problem, pictures, state }) => (
        <p key={id} class="message-card">
          <b>
            {ACTION_NAMES[kind]} {orderId}
          </b>
          {problem !== null && <span>{formatEnum(problem)}</span>}
          {lines.length > 0 && <span>{lines.map(({ lineId, quantity }) => `${quantity} × ${lineId}`).join(', ')}</span>}
          {text !== null && <span>{text}</span>}
          {pictures.map((url) => (
            <a key={url} href={url} target="_blank" rel="noopener noreferrer nofollow">
              {url}
            </a>
          ))}
          <span class={`badge ${ACTION_TONES[state] ?? ''}`}>{formatEnum(state)}</span>
        </p>
      ))}
      {quotes.map(({ articleId, title, url }) => (
        <p key={articleId}>
          Quotes{' '}
          {url === null ? (
            <b>{title}</b>
          ) : (
            <a href={url} target="_blank" rel="noreferrer">
              {title}
            </a>
          )}
        </p>
      ))}
      {cards.map((card) => (
        <Card key={`${card.__typename} ${card.id}`} card={card} />
      ))}
      <p class="badges">
        {outcome !== null && <span class={`badge ${OUTCOME_TONES[outcome] ?? ''}`}>{OUTCOME_NAMES[outcome]}</span>}
        {helpful !== null && (
          <span class={`badge ${helpful ? 'good' : 'bad'}`}>{helpful ? 'rated helpful' : 'rated not helpful'}</span>
        )}
      </p>
      {sources.length > 0 && <Sources sources={sources} />}
    </div>
  );
}

function Sources({ sources }: Pick<Message, 'sources'>) {
  return (
    <details>
      <summary>
        {sources.length} {sources.length === 1 ? 'source' : 'sources'}
      </summary>
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {sources.map(({ kind, objectId, field, value, text }, index) => (
            <tr key={index}>
              <td>
                {formatEnum(kind)} <code>{objectId}</code>
              </td>
              <td>
                <code>{field}</code>
              </td>
              <td class="source-value">
                {text}
                {value !== text && (
                  <>
                    {' '}
                    <code class="muted">{value}</code>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** An order, a parcel or a product, as it is now. */
function Card({ card }: { readonly card: Message['cards'][number] }) {
  const { scope } = useSession();
  if (card.__typename === 'Product')
    return (
      <p class="message-card">
        <b>{card.title}</b>
        <span>
          {[formatEnum(card.availability), card.price && formatMoney(card.price)].filter(Boolean).join(' · ')}
        </span>
      </p>
    );
  const name = `${card.__typename === 'Order' ? 'Order' : 'Parcel'} ${card.id}`;
  const facts =
    card.__typename === 'Order'
      ? [formatEnum(card.status), formatMoney(card.total), `placed ${formatDateTime(card.placedAt)}`]
      : [
          [STATUS_NAMES[card.shipmentStatus], card.place].filter(Boolean).join(', '),
          card.statusAt && formatDateTime(card.statusAt),
          carrierText(card),
          // Estimates would make the subscription too costly.
          card.promisedAt && `promised ${promiseText(card.promisedAt, Date.now())}`,
        ];
  return (
    <p class="message-card">
      <b>{scope === 'ADMIN' ? <Link href={hrefOf('deliveries', card.id)}>{name}</Link> : name}</b>
      <span>{facts.filter(Boolean).join(' · ')}</span>
      {card.__typename === 'Shipment' && card.isLate && <span class="badge bad">late</span>}
      {card.__typename === 'Shipment' && card.trackingUrl !== null && <CarrierLink url={card.trackingUrl} />}
    </p>
  );
}
