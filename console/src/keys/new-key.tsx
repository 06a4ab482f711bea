import type { VariablesOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { formatEnum } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { SecretOnce } from '../ui/secret-once';
import { useWrite } from '../ui/use-write';
import { CreateKey } from './key-documents';

type Scope = VariablesOf<typeof CreateKey>['input']['scope'];
const SCOPES: readonly Scope[] = ['STOREFRONT', 'OPERATOR', 'SERVER', 'ADMIN'];
const OPERATOR_HINT_ID = 'operator-key-hint';
const OPERATOR_HINT = 'Opens only conversations. Customers see its name when the person replies.';

/** Creates a key and shows its secret once. */
export function NewKeyForm({ onMade }: { readonly onMade: () => void }) {
  const { run, error, faults, isRunning } = useWrite(CreateKey);
  const [secret, setSecret] = useState<string>();
  const [scope, setScope] = useState<Scope>('STOREFRONT');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    const name = new FormData(element).get('name') as string;
    const made = await run({ input: { name, scope } });
    if (made?.secret == null) return;
    setSecret(made.secret);
    element.reset();
    setScope('STOREFRONT');
    onMade();
  };
  return (
    <section class="card">
      <h2>New key</h2>
      <form class="form-row" onSubmit={(event) => void submit(event)}>
        <Field label="Name" faults={faults.filter(({ path }) => path === 'name')}>
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              name="name"
              required
              maxLength={100}
              placeholder={scope === 'OPERATOR' ? 'Name of the person' : 'Purpose of the key'}
            />
          )}
        </Field>
        <Field label="Scope">
          {({ id }) => (
            <select
              id={id}
              aria-describedby={scope === 'OPERATOR' ? OPERATOR_HINT_ID : undefined}
              value={scope}
              onChange={(event) => setScope(event.currentTarget.value as Scope)}
            >
              {SCOPES.map((scope) => (
                <option key={scope} value={scope}>
                  {formatEnum(scope)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button class="button primary" disabled={isRunning}>
          Create
        </button>
      </form>
      {/* Below the row, whose controls are aligned at their lower ends. */}
      {scope === 'OPERATOR' && (
        <p class="hint" id={OPERATOR_HINT_ID}>
          {OPERATOR_HINT}
        </p>
      )}
      <ErrorNote error={error} />
      <ItemErrors errors={faults.filter(({ path }) => path !== 'name')} />
      {secret !== undefined && <SecretOnce secret={secret} onDone={() => setSecret(undefined)} />}
    </section>
  );
}
