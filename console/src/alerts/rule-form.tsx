import { useState } from 'preact/hooks';
import { Streams } from '../streams/stream-documents';
import { faultsAt, faultsElsewhere } from '../streams/faults-at';
import { ChoiceField } from '../ui/choice-field';
import { CodeField } from '../ui/code-field';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { type ItemFault, MISSING_ID } from '../ui/item-fault';
import { useMutation } from '../ui/use-mutation';
import { useQuery } from '../ui/use-query';
import { CreateAlertRule, UpdateAlertRule } from './rule-documents';
import { ruleDraftOf, ruleInputOf, type Rule, type RuleDraft } from './rule-draft';
import { RulePreview } from './rule-preview';
import { NO_DATA, RULE_FIELD_PATHS, SEVERITIES, SOURCES, TEXT_INPUTS, WINDOWS } from './rule-fields';

interface Props {
  readonly rule: Rule | undefined;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

/** Form that creates or updates an alert rule. */
export function RuleForm({ rule, onSaved, onCancel }: Props) {
  const creating = useMutation(CreateAlertRule);
  const updating = useMutation(UpdateAlertRule);
  const saving = rule === undefined ? creating : updating;
  const [draft, setDraft] = useState<RuleDraft>(() => ruleDraftOf(rule));
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const streams = useQuery(Streams, draft.source === 'WINDOWS' ? {} : null);
  const set = (change: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...change }));
  const at = (place: keyof RuleDraft) => faultsAt(faults, place);
  const source = SOURCES.find(({ value }) => value === draft.source)!;
  const ids = streams.data?.streams.flatMap(({ id, window }) => (window.kind === 'SESSION' ? [] : [id])) ?? [];

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = ruleInputOf(draft);
    if (input.id === '') return setFaults([MISSING_ID]);
    const saved = await saving.run({ rule: input });
    setFaults(saved?.written.errors ?? []);
    if (saved?.written.errors.length === 0) onSaved();
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} noValidate aria-label="Alert rule">
      <h3>{rule === undefined ? 'New rule' : `Edit ${rule.id}`}</h3>
      <div class="form-grid">
        <ChoiceField
          label="Source"
          value={draft.source}
          choices={SOURCES}
          faults={at('source')}
          onChange={(value) => set({ source: value })}
        />
        {draft.source === 'WINDOWS' && (
          <>
            <ChoiceField
              label="Stream"
              value={draft.stream}
              choices={['', ...ids].map((id) => ({ value: id, title: id || 'Choose one' }))}
              faults={at('stream')}
              onChange={(stream) => set({ stream })}
            />
            <ChoiceField
              label="Window"
              value={draft.which}
              choices={WINDOWS}
              faults={at('which')}
              onChange={(which) => set({ which })}
            />
          </>
        )}
        {TEXT_INPUTS.filter((field) => field.source === undefined || field.source === draft.source).map(
          ({ name, label, hint }) => (
            <Field key={name} label={label} hint={hint} faults={at(name)}>
              {({ id, describedBy, invalid }) => (
                <input
                  id={id}
                  disabled={name === 'id' && rule !== undefined}
                  aria-describedby={describedBy}
                  aria-invalid={invalid}
                  value={draft[name]}
                  onInput={(event) => set({ [name]: event.currentTarget.value })}
                />
              )}
            </Field>
          ),
        )}
        <ChoiceField
          label="Severity"
          value={draft.severity}
          choices={SEVERITIES}
          faults={at('severity')}
          onChange={(severity) => set({ severity })}
        />
        {draft.source !== 'SYSTEM' && (
          <ChoiceField
            label="No data"
            value={draft.noData}
            choices={NO_DATA}
            faults={at('noData')}
            onChange={(noData) => set({ noData })}
          />
        )}
      </div>
      <CodeField
        label="Condition"
        hint={`CEL over ${source.names}.`}
        placeholder={source.example}
        value={draft.condition}
        faults={at('condition')}
        onChange={(condition) => set({ condition })}
      />
      <CodeField
        label="Clears when"
        hint="Optional. By default, an alert clears when its condition no longer holds."
        value={draft.clearCondition}
        faults={at('clearCondition')}
        onChange={(clearCondition) => set({ clearCondition })}
      />
      {draft.source !== 'SYSTEM' && (
        <CodeField
          label="Keys"
          hint="Optional, one per line. By default, all known keys. Listed keys are evaluated even if they have no data."
          value={draft.keys}
          faults={at('keys')}
          onChange={(keys) => set({ keys })}
        />
      )}
      <RulePreview read={() => ruleInputOf(draft)} draft={draft} onFaults={setFaults} />
      <ErrorNote error={saving.error ?? streams.error} title="Not saved" />
      <ItemErrors errors={faultsElsewhere(faults, RULE_FIELD_PATHS)} />
      <div class="actions end">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class="button primary" disabled={saving.isRunning}>
          Save
        </button>
      </div>
    </form>
  );
}
