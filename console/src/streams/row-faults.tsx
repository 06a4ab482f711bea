import type { ItemFault } from '../ui/item-fault';

/** Shows the errors of one form row. */
export function RowFaults({ faults }: { readonly faults: readonly ItemFault[] }) {
  return (
    <>
      {faults.map(({ code, message, path }) => (
        <p key={`${path} ${message}`} class="fault" role="alert">
          <code>{code}</code> {message}
        </p>
      ))}
    </>
  );
}
