interface Props {
  readonly secret: string;
  readonly onDone: () => void;
}

/** Shows a secret that can't be retrieved later. */
export function SecretOnce({ secret, onDone }: Props) {
  return (
    <div class="note good" role="status">
      <p>
        <b>This secret is shown only once.</b> Copy it now.
      </p>
      <p>
        <code class="secret">{secret}</code>{' '}
        <button class="button small" type="button" onClick={() => void navigator.clipboard?.writeText(secret)}>
          Copy
        </button>{' '}
        <button class="button small" type="button" onClick={onDone}>
          Done
        </button>
      </p>
    </div>
  );
}
