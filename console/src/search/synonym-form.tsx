import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { parseTextList, formatTextList } from '../ui/text-list';
import { SaveSynonym } from './search-documents';
import { type SynonymInput, SynonymPreview } from './synonym-preview';
import type { Synonym } from './synonyms-tab';

/** Stands for the id of a new synonym in previews. */
const UNSAVED_ID = 'a synonym that is not saved yet';

interface Draft {
  readonly id: string;
  readonly kind: 'ONE_WAY' | 'TWO_WAY';
  readonly words: string;
  readonly finds: string;
  readonly language: string;
}

interface Props {
  readonly synonym: Synonym | undefined;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

/** Form that creates or updates a synonym, with a live preview. */
export function SynonymForm({ synonym, onSaved, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(SaveSynonym);
  const [draft, setDraft] = useState(() => draftOf(synonym));
  const { kind } = draft;
  const of = (name: string) => faults.filter(({ path }) => path?.startsWith(name));
  const setText = (name: keyof Draft) => (event: { readonly currentTarget: HTMLInputElement }) =>
    setDraft({ ...draft, [name]: event.currentTarget.value });
  const input = inputOf(draft);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if ((await run({ synonym: input })) === undefined) return;
    setDraft(draftOf(undefined));
    onSaved();
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} aria-label="Synonym">
      <h2>{synonym === undefined ? 'New synonym' : `Edit ${synonym.id}`}</h2>
      <div class="form-grid">
        <Field label="Id" faults={of('id')}>
          {({ id }) => (
            <input id={id} required disabled={synonym !== undefined} value={draft.id} onInput={setText('id')} />
          )}
        </Field>
        <Field label="Kind">
          {({ id }) => (
            <select
              id={id}
              value={kind}
              onChange={(event) => setDraft({ ...draft, kind: event.currentTarget.value as Draft['kind'] })}
            >
              <option value="TWO_WAY">Two-way: each word finds the others</option>
              <option value="ONE_WAY">One-way: words find other words</option>
            </select>
          )}
        </Field>
        <Field label="Words" hint="Separated by commas" faults={of('words')}>
          {({ id, describedBy }) => (
            <input id={id} aria-describedby={describedBy} required value={draft.words} onInput={setText('words')} />
          )}
        </Field>
        {kind === 'ONE_WAY' && (
          <Field label="Also find" hint="Separated by commas" faults={of('finds')}>
            {({ id, describedBy }) => (
              <input id={id} aria-describedby={describedBy} required value={draft.finds} onInput={setText('finds')} />
            )}
          </Field>
        )}
        <Field label="Language" hint="BCP 47 tag, such as de. Empty: all languages." faults={of('language')}>
          {({ id, describedBy }) => (
            <input id={id} aria-describedby={describedBy} value={draft.language} onInput={setText('language')} />
          )}
        </Field>
      </div>
      {draft.words.trim() !== '' && <SynonymPreview synonym={{ ...input, id: input.id || UNSAVED_ID }} />}
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

function draftOf(synonym: Synonym | undefined): Draft {
  return {
    id: synonym?.id ?? '',
    kind: synonym?.kind === 'ONE_WAY' ? 'ONE_WAY' : 'TWO_WAY',
    words: formatTextList(synonym?.words ?? []),
    finds: formatTextList(synonym?.finds ?? []),
    language: synonym?.language ?? '',
  };
}

function inputOf({ id, kind, words, finds, language }: Draft): SynonymInput & { readonly id: string } {
  return {
    id: id.trim(),
    kind,
    words: parseTextList(words),
    finds: kind === 'ONE_WAY' ? parseTextList(finds) : [],
    language: language.trim() || null,
  };
}
