import type { ResultOf, VariablesOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { parseTextList, formatTextList } from '../ui/text-list';
import { RulePreview } from './rule-preview';
import type { Rule } from './rules-tab';
import { SaveRule } from './search-documents';

export type RuleInput = VariablesOf<typeof SaveRule>['input'];
export type SavedWarnings = NonNullable<ResultOf<typeof SaveRule>['written']>['warnings'];

const FIELDS = [
  {
    name: 'queries',
    label: 'Queries',
    hint: 'Separated by commas. Other forms of the words match too. Empty: any query.',
  },
  { name: 'placements', label: 'Placements', hint: 'Separated by commas. Empty: any placement.' },
  { name: 'pins', label: 'Pin to the top', hint: 'Product ids, in this order' },
  { name: 'buried', label: 'Move to the end', hint: 'Product ids' },
  { name: 'boost', label: 'Boost', hint: "CEL: product.brand == 'Larkspur' ? 2 : 1" },
  { name: 'redirect', label: 'Redirect', hint: 'Path or http(s) URL' },
] as const;
type Name = (typeof FIELDS)[number]['name'];
type Draft = Readonly<Record<Name | 'id', string>>;

interface Props {
  readonly rule: Rule | undefined;
  /** Receives the products that the rule does not move. */
  readonly onSaved: (warnings: SavedWarnings) => void;
  readonly onCancel: () => void;
}

/** Form that creates or updates a merchandising rule, with a live preview. */
export function RuleForm({ rule, onSaved, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(SaveRule);
  const [draft, setDraft] = useState(() => draftOf(rule));
  const input = inputOf(draft);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const saved = await run({ input });
    if (saved !== undefined) onSaved(saved.warnings);
  };
  const of = (name: string) => faults.filter(({ path }) => path?.startsWith(name));
  return (
    <form class="card" onSubmit={(event) => void submit(event)} aria-label="Rule">
      <h2>{rule === undefined ? 'New rule' : `Edit ${rule.id}`}</h2>
      <div class="form-grid">
        <Field label="Id" faults={of('id')}>
          {({ id }) => (
            <input
              id={id}
              required
              disabled={rule !== undefined}
              value={draft.id}
              onInput={(event) => setDraft({ ...draft, id: event.currentTarget.value })}
            />
          )}
        </Field>
        {FIELDS.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} faults={of(name)}>
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                class={name === 'boost' ? 'code' : ''}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                value={draft[name]}
                onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <RulePreview rule={input} />
      <ErrorNote error={error} title="Not saved" />
      <ItemErrors
        errors={faults.filter(({ path }) => !/^(id|queries|placements|pins|buried|boost|redirect)/.test(path ?? ''))}
      />
      <div class="actions end">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class="button primary" disabled={isRunning}>
          Save
        </button>
      </div>
    </form>
  );
}

function draftOf(rule: Rule | undefined): Draft {
  return {
    id: rule?.id ?? '',
    queries: formatTextList(rule?.queries ?? []),
    placements: formatTextList(rule?.placements ?? []),
    pins: formatTextList(rule?.pins ?? []),
    buried: formatTextList(rule?.buried ?? []),
    boost: rule?.boost ?? '',
    redirect: rule?.redirect ?? '',
  };
}

function inputOf(draft: Draft): RuleInput {
  return {
    id: draft.id.trim(),
    queries: parseTextList(draft.queries),
    placements: parseTextList(draft.placements),
    pins: parseTextList(draft.pins),
    buried: parseTextList(draft.buried),
    boost: draft.boost.trim() || null,
    redirect: draft.redirect.trim() || null,
  };
}
