interface Warning {
  readonly code: string;
  readonly productId: string;
  readonly message: string;
}

/**
 * Lists the products that a rule does not move; null if the rule is stored, but its products could not be checked. The rule
 * can be stored all the same.
 */
export function RuleWarnings({ warnings }: { readonly warnings: readonly Warning[] | null | undefined }) {
  if (warnings === null)
    return (
      <p class="note warning" role="status">
        The rule is saved, but it could not be checked whether it moves its products. Open it again to see its preview.
      </p>
    );
  if (warnings === undefined || warnings.length === 0) return null;
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
