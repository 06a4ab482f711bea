import { useState } from 'preact/hooks';
import type { RequestError } from '@freshet/client';
import { ErrorNote } from '../ui/error-note';

interface Props {
  readonly onKey: (key: string, keep: boolean) => Promise<void>;
  /** Error of the stored key. */
  readonly fault?: RequestError;
}

export function SignIn({ onKey, fault }: Props) {
  const [error, setError] = useState<RequestError | undefined>(fault);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(undefined);
    try {
      await onKey((form.get('key') as string).trim(), form.get('keep') !== null);
    } catch (failure) {
      setError(failure as RequestError);
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form class="card sign-in-card" onSubmit={(event) => void submit(event)}>
        <p class="brand">Freshet</p>
        <h1>Console</h1>
        <p class="muted">
          Enter this shop’s admin key: the value of ADMIN_KEY, or the key that the first start printed. If you answer
          customers, enter your operator key.
        </p>
        <details class="sign-in-help">
          <summary>Don’t have an admin key?</summary>
          <p class="muted">
            Create one in Freshet’s folder, with Freshet’s environment variables:{' '}
            <code>npm run -s freshet -- key create --scope admin</code>
          </p>
        </details>
        <label class="field">
          <span>Admin key or operator key</span>
          {/* Not a name that password managers recognise. */}
          <input name="key" type="password" required autocomplete="off" spellcheck={false} autofocus />
        </label>
        <label class="check">
          <input name="keep" type="checkbox" />
          <span>Stay signed in until this tab is closed</span>
        </label>
        <ErrorNote error={error} title="Not signed in" />
        <button class="button primary" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
