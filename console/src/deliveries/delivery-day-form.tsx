import { useState } from 'preact/hooks';
import { ChoiceField } from '../ui/choice-field';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { formatEnum } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { WEEKDAYS } from './delivery-day-text';
import { SaveDeliveryDay } from './delivery-documents';

const KINDS = [
  { value: 'DATE', title: 'On a date' },
  ...WEEKDAYS.map((day) => ({ value: day, title: `Every ${formatEnum(day)}` })),
] as const;
const ANSWERS = [
  { value: 'NO', title: 'Nothing is delivered' },
  { value: 'YES', title: 'Parcels are delivered' },
] as const;

/** Says whether parcels are delivered on a date or on a day of each week. */
export function DeliveryDayForm({ onSaved }: { readonly onSaved: () => void }) {
  const { run, error, faults, isRunning } = useWrite(SaveDeliveryDay);
  const [kind, setKind] = useState<(typeof KINDS)[number]['value']>('DATE');
  const [answer, setAnswer] = useState<'YES' | 'NO'>('NO');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    const form = new FormData(element);
    const text = (name: string) => ((form.get(name) as string | null) ?? '').trim();
    const day = kind === 'DATE' ? { date: text('date') } : { weekday: kind };
    const country = text('country').toUpperCase() || null;
    if ((await run({ day: { ...day, country, delivers: answer === 'YES' } })) === undefined) return;
    element.reset();
    onSaved();
  };
  return (
    <form class="card" aria-label="Add a delivery day" onSubmit={(event) => void submit(event)}>
      <h2>Add a day</h2>
      <div class="form-grid">
        <ChoiceField label="When" value={kind} choices={KINDS} onChange={setKind} />
        {kind === 'DATE' && (
          <Field label="Date">{({ id }) => <input id={id} name="date" type="date" required />}</Field>
        )}
        <Field label="Country" hint="Two letters, such as DE. Empty: all countries.">
          {({ id, describedBy }) => (
            <input id={id} aria-describedby={describedBy} name="country" pattern="[A-Za-z]{2}" maxLength={2} />
          )}
        </Field>
        <ChoiceField label="Deliveries" value={answer} choices={ANSWERS} onChange={setAnswer} />
      </div>
      <ErrorNote error={error} title="Not saved" />
      <ItemErrors errors={faults} />
      <div class="actions end">
        <button class="button primary" disabled={isRunning}>
          Save
        </button>
      </div>
    </form>
  );
}
