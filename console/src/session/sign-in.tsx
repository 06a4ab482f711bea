import { useState } from 'preact/hooks';
import type { RequestError } from '@freshet/client';
import { ErrorNote } from '../ui/error-note';

interface Props {
  readonly onKey: (key: string, keep: boolean) => Promise<void>;
  /** Why a key that was kept is no longer good. */
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
        <p class="muted">Enter this shop’s admin key: ADMIN_KEY, or the one that the first start printed.</p>
        <details class="sign-in-help">
          <summary>No admin key at hand?</summary>
          <p class="muted">
            Make one in Freshet’s folder, with the environment that Freshet runs with:{' '}
            <code>npm run -s freshet -- key create --scope admin</code>
          </p>
        </details>
        <label class="field">
          <span>Admin key</span>
          {/* No name that a password manager would fill in or keep. */}
          <input name="key" type="password" required autocomplete="off" spellcheck={false} autofocus />
        </label>
        <label class="check">
          <input name="keep" type="checkbox" />
          <span>Keep for this tab, until it is closed</span>
        </label>
        <ErrorNote error={error} title="Not signed in" />
        <button class="button primary" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
