import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { parseTextList, formatTextList } from '../ui/text-list';
import { SaveSynonym } from './search-documents';
import type { Synonym } from './synonyms-tab';

interface Props {
  readonly synonym: Synonym | undefined;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

export function SynonymForm({ synonym, onSaved, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(SaveSynonym);
  const [kind, setKind] = useState<'ONE_WAY' | 'TWO_WAY'>(synonym?.kind === 'ONE_WAY' ? 'ONE_WAY' : 'TWO_WAY');
  const of = (name: string) => faults.filter(({ path }) => path?.startsWith(name));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    const form = new FormData(element);
    const text = (name: string) => ((form.get(name) as string | null) ?? '').trim();
    const saved = await run({
      synonym: {
        id: synonym?.id ?? text('id'),
        kind,
        words: parseTextList(text('words')),
        finds: kind === 'ONE_WAY' ? parseTextList(text('finds')) : [],
        language: text('language') || null,
      },
    });
    if (saved === undefined) return;
    element.reset();
    onSaved();
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} aria-label="Synonym">
      <h2>{synonym === undefined ? 'New synonym' : `Edit ${synonym.id}`}</h2>
      <div class="form-grid">
        <Field label="Id" faults={of('id')}>
          {({ id }) => <input id={id} name="id" required disabled={synonym !== undefined} defaultValue={synonym?.id} />}
        </Field>
        <Field label="Kind">
          {({ id }) => (
            <select id={id} value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)}>
              <option value="TWO_WAY">Two-way: each word finds the others</option>
              <option value="ONE_WAY">One-way: words find other words</option>
            </select>
          )}
        </Field>
        <Field label="Words" hint="Separated by commas" faults={of('words')}>
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              name="words"
              required
              defaultValue={formatTextList(synonym?.words ?? [])}
            />
          )}
        </Field>
        {kind === 'ONE_WAY' && (
          <Field label="Also find" hint="Separated by commas" faults={of('finds')}>
            {({ id, describedBy }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                name="finds"
                required
                defaultValue={formatTextList(synonym?.finds ?? [])}
              />
            )}
          </Field>
        )}
        <Field label="Language" hint="BCP 47 tag, such as de. Empty: all languages." faults={of('language')}>
          {({ id, describedBy }) => (
            <input id={id} aria-describedby={describedBy} name="language" defaultValue={synonym?.language ?? ''} />
          )}
        </Field>
      </div>
      <ErrorNote error={error} title="Not saved" />
      <ItemErrors errors={faults.filter(({ path }) => !/^(id|words|finds|language)/.test(path ?? ''))} />
      <div class="actions end">
        {synonym !== undefined && (
          <button class="button" type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button class="button primary" disabled={isRunning}>
          Save
        </button>
      </div>
    </form>
  );
}
