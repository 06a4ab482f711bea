interface Props {
  readonly secret: string;
  readonly onDone: () => void;
}

/** What nobody can look up again. */
export function SecretOnce({ secret, onDone }: Props) {
  return (
    <div class="note good" role="status">
      <p>
        <b>This is shown once.</b> Copy it to where it is needed.
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
