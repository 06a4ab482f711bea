import { useState } from 'preact/hooks';
import { Field } from '../ui/field';
import { go, hrefOf } from '../ui/router';

/** Opens a parcel by its id or by the id of its order. */
export function ParcelSearch() {
  const [typed, type] = useState('');
  const id = typed.trim();
  return (
    <form
      class="picker parcel-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (id !== '') go(hrefOf('deliveries', id));
      }}
    >
      <Field label="Parcel or order">
        {({ id: field }) => (
          <input
            id={field}
            type="search"
            value={typed}
            autocomplete="off"
            placeholder="Its id"
            onInput={(event) => type(event.currentTarget.value)}
          />
        )}
      </Field>
      <button class="button" disabled={id === ''}>
        Open
      </button>
    </form>
  );
}
