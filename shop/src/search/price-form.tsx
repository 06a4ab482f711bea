import type { PriceRange } from './search-address';

interface Props {
  readonly price: PriceRange | undefined;
  readonly currency: string;
  readonly choose: (price: PriceRange | undefined) => void;
}

/** Form for a custom price range. */
export function PriceForm({ price, currency, choose }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = ['from', 'to'].map((name) => amountOf(form.get(name)));
    const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    choose(Object.keys(range).length === 0 ? undefined : range);
  };
  const input = (name: 'from' | 'to', label: string) => (
    <label>
      <span>{label}</span>
      <input
        key={price?.[name]}
        name={name}
        type="number"
        inputMode="decimal"
        min={0}
        max={999_999_999}
        step="any"
        defaultValue={price?.[name]}
      />
    </label>
  );
  return (
    <form class="price-form" aria-label={`Price in ${currency}`} onSubmit={submit}>
      {input('from', 'From')}
      {input('to', 'Under')}
      <button type="submit" class="quiet">
        Set
      </button>
    </form>
  );
}

/** Parses an amount and rounds it to two decimals, so that the address holds the entered amount. */
function amountOf(text: FormDataEntryValue | null): number | undefined {
  const amount = typeof text === 'string' && text.trim() !== '' ? Math.round(Number(text) * 100) / 100 : NaN;
  return amount >= 0 ? amount : undefined;
}
