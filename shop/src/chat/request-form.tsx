import { graphql } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { useLoad } from '../ui/use-load';
import type { RequestDetails } from './chat-api';
import type { ChatMessageData } from './chat-documents';

const RequestableLines = graphql(`
  query RequestableLines($id: ID!) {
    order(id: $id) {
      lines {
        id
        productId
        quantity
        shippedQuantity
        cancelledQuantity
        returnedQuantity
        product {
          title
        }
      }
    }
  }
`);

const PROBLEMS = { MISSING: 'Something is missing', WRONG: 'Wrong product', BROKEN: 'Broken or damaged' } as const;
/** The maxima of `requestSupportAction`. */
const MAX_NOTE_LENGTH = 500;
const MAX_PICTURE_LENGTH = 1_000;
const PICTURES = [1, 2, 3];

interface RequestFormProps {
  readonly action: ChatMessageData['actions'][number];
  readonly isPressed: boolean;
}

/** A button that opens a form for the lines, the problem, a note and pictures. */
export function RequestForm({ action, isPressed }: RequestFormProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="chat-request" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{action.label}</summary>
      {isOpen && <Fields action={action} isPressed={isPressed} />}
    </details>
  );
}

function Fields({ action: { id, kind, orderId, text }, isPressed }: RequestFormProps) {
  const { chat, storefront } = useShop();
  const [asksForLines, setAsksForLines] = useState(false);
  const [problem, setProblem] = useState('');
  const { data, error, retry } = useLoad(orderId, (signal) =>
    storefront.request(RequestableLines, { id: orderId }, { signal }),
  );
  if (error) return <Fault error={error} onRetry={retry} />;
  if (!data) return <p class="note">Loading …</p>;
  const isProblem = kind === 'PROBLEM';
  const lines = (data.order?.lines ?? [])
    .map((line) => ({
      ...{ lineId: line.id, title: line.product?.title ?? line.productId },
      // What is missing may not be shipped.
      max:
        isProblem && (problem === '' || problem === 'MISSING')
          ? line.quantity - line.cancelledQuantity
          : line.shippedQuantity - line.returnedQuantity,
    }))
    .filter(({ max }) => max > 0);
  const send = (form: HTMLFormElement) => {
    const details = detailsOf(new FormData(form));
    setAsksForLines(details.lines.length === 0);
    if (details.lines.length > 0) void chat.press(id, details);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
    >
      {isProblem && (
        <label>
          What is wrong?
          <select
            name="problem"
            required
            value={problem}
            onChange={({ currentTarget }) => setProblem(currentTarget.value)}
          >
            <option value="">Please choose</option>
            {Object.entries(PROBLEMS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <fieldset>
        <legend>Which products?</legend>
        {lines.map(({ lineId, title, max }) => (
          <p key={`${lineId} ${max}`} class="chat-line">
            <label class="choice">
              <input type="checkbox" name="line" value={lineId} defaultChecked={lines.length === 1} />
              <span>{title}</span>
            </label>
            <input
              type={max > 1 ? 'number' : 'hidden'}
              name={`quantity ${lineId}`}
              aria-label={`Quantity of ${title}`}
              min={1}
              max={max}
              defaultValue={max}
            />
          </p>
        ))}
      </fieldset>
      {asksForLines && (
        <p class="fault" role="alert">
          Please choose at least one product.
        </p>
      )}
      <label>
        Note (optional)
        <textarea name="note" rows={2} maxLength={MAX_NOTE_LENGTH} defaultValue={text ?? ''} />
      </label>
      <fieldset>
        <legend>Addresses of pictures (optional)</legend>
        {PICTURES.map((number) => (
          <input
            key={number}
            type="url"
            name="picture"
            aria-label={`Picture ${number}`}
            placeholder="https://"
            pattern="https://.*"
            maxLength={MAX_PICTURE_LENGTH}
          />
        ))}
      </fieldset>
      <button type="submit" class="primary" disabled={isPressed}>
        Send to the shop
      </button>
    </form>
  );
}

/** Returns what the fields say; those that are empty are absent. */
function detailsOf(fields: FormData): RequestDetails & { readonly lines: NonNullable<RequestDetails['lines']> } {
  const textsOf = (name: string) =>
    fields.getAll(name).filter((value): value is string => typeof value === 'string' && value.trim() !== '');
  return {
    lines: textsOf('line').map((lineId) => ({ lineId, quantity: Number(fields.get(`quantity ${lineId}`)) })),
    problem: textsOf('problem')[0] as keyof typeof PROBLEMS | undefined,
    note: textsOf('note')[0],
    pictures: textsOf('picture').map((picture) => picture.trim()),
  };
}
