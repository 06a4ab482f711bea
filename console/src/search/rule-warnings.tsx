interface Warning {
  readonly code: string;
  readonly productId: string;
  readonly message: string;
}

/** Lists the products that a rule does not move. The rule can be stored all the same. */
export function RuleWarnings({ warnings }: { readonly warnings: readonly Warning[] | null | undefined }) {
  if (warnings == null || warnings.length === 0) return null;
  return (
    <div class="note warning" role="status">
      <p>
        <strong>Where the rule has no effect:</strong>
      </p>
      <ul>
        {warnings.map(({ code, productId, message }) => (
          <li key={`${code} ${productId}`}>
            <code class="small">{productId}</code> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
