import { useId } from 'preact/hooks';
import { go, hrefOf } from '../ui/router';
import { useCustomerIds } from './use-customer-ids';

/** Input for a customer id with completion. The chosen customer is in the address. */
export function CustomerPicker({ customerId }: { readonly customerId: string | undefined }) {
  const ids = useCustomerIds();
  const list = useId();
  const pick = (id: string) => {
    if (id !== '' && id !== customerId) go(hrefOf('lab', id));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    pick((new FormData(event.currentTarget as HTMLFormElement).get('customer') as string).trim());
  };
  const complete = (event: Event) => {
    const { value } = event.currentTarget as HTMLInputElement;
    if (ids.includes(value)) pick(value);
  };
  return (
    <form class="picker" onSubmit={submit} role="search">
      <label class="field grow">
        <span>Customer</span>
        <input
          key={customerId}
          name="customer"
          type="search"
          list={list}
          defaultValue={customerId}
          placeholder="Type an id"
          autocomplete="off"
          onChange={complete}
        />
      </label>
      <datalist id={list}>
        {ids.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <button class="button primary">Show</button>
      <button
        class="button"
        type="button"
        disabled={ids.length === 0}
        onClick={() => pick(ids[Math.floor(Math.random() * ids.length)]!)}
      >
        Random customer
      </button>
    </form>
  );
}
