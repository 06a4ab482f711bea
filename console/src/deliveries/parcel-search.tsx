import { useState } from 'preact/hooks';
import { Field } from '../ui/field';
import { go, hrefOf } from '../ui/router';

/** Opens a parcel by its id, the id of its order, or its tracking number. */
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
            placeholder="Id or tracking number"
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
