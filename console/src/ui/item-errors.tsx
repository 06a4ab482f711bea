import type { ItemFault } from './item-fault';

/** Lists the errors of a form that belong to none of its fields. */
export function ItemErrors({ errors }: { readonly errors: readonly ItemFault[] }) {
  if (errors.length === 0) return null;
  return (
    <div class="note bad" role="alert">
      <ul>
        {errors.map(({ code, message, path }) => (
          <li key={`${path} ${message}`}>
            <code>{code}</code> {path !== null && <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
