import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { ChoiceField } from '../ui/choice-field';
import { Field } from '../ui/field';
import { useDebounced } from '../ui/use-debounced';
import { CustomersById, CustomersOfSegment } from './listed-customers';

interface Props {
  readonly segments: readonly { readonly id: string; readonly name: string }[];
  /** Empty: all customers. */
  readonly segmentId: string;
  readonly onSegment: (id: string) => void;
  readonly panel: RefObject<HTMLElement | null>;
}

/** Lists customers: of one segment, or those whose ids begin with a text. */
export function CustomersPanel({ segments, segmentId, onSegment, panel }: Props) {
  const [typed, type] = useState('');
  const idPrefix = useDebounced(typed.trim());
  const choose = (id: string) => {
    type('');
    onSegment(id);
  };
  const search = (text: string) => {
    if (text !== '') onSegment('');
    type(text);
  };
  // A segment that was chosen before a new version was fitted may be gone.
  const chosen = segments.some(({ id }) => id === segmentId) ? segmentId : '';
  return (
    <section class="card" aria-label="List of customers" tabIndex={-1} ref={panel}>
      <div class="form-row customer-filters" role="search">
        <Field label="Id begins with">
          {({ id }) => (
            <input
              id={id}
              type="search"
              value={chosen === '' ? typed : ''}
              autocomplete="off"
              placeholder="Search all customers"
              onInput={(event) => search(event.currentTarget.value)}
            />
          )}
        </Field>
        <ChoiceField
          label="Segment"
          value={chosen}
          choices={[
            { value: '', title: 'All customers' },
            ...segments.map(({ id, name }) => ({ value: id, title: name })),
          ]}
          onChange={choose}
        />
      </div>
      {chosen === '' ? (
        <CustomersById key={idPrefix} idPrefix={idPrefix} />
      ) : (
        <CustomersOfSegment key={chosen} segmentId={chosen} />
      )}
    </section>
  );
}
