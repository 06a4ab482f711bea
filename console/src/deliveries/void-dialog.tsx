import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { VoidScan, VoidShipment } from './delivery-documents';

interface Props {
  readonly shipmentId: string;
  /** The scan to void; null for the shipment. */
  readonly scanId: string | null;
  readonly onClose: () => void;
}

/** Asks for the reason, and voids a shipment or one of its scans. The page shows the change by its subscription. */
export function VoidDialog({ shipmentId, scanId, onClose }: Props) {
  const shipment = useWrite(VoidShipment);
  const scan = useWrite(VoidScan);
  const [typed, type] = useState('');
  const reason = typed.trim();
  const { error, faults, isRunning } = scanId === null ? shipment : scan;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const written =
      scanId === null
        ? await shipment.run({ id: shipmentId, reason })
        : await scan.run({ shipmentId, id: scanId, reason });
    if (written) onClose();
  };
  return (
    <Dialog title={scanId === null ? `Void the parcel ${shipmentId}?` : 'Void this scan?'} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          It was recorded by mistake. It stays voided unless a newer version is recorded.{' '}
          {scanId === null ? 'Customers no longer see the parcel.' : 'The status follows from the other scans.'} If the
          order is delivered only because of it, the order goes back to shipped.
        </p>
        <Field label="Reason" faults={faults.filter(({ path }) => path === 'reason')}>
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              maxLength={500}
              required
              value={typed}
              onInput={(event) => type(event.currentTarget.value)}
            />
          )}
        </Field>
        <ErrorNote error={error} />
        <ItemErrors errors={faults.filter(({ path }) => path !== 'reason')} />
        <div class="actions end">
          <button class="button" type="button" onClick={onClose}>
            Cancel
          </button>
          <button class="button danger" disabled={isRunning || reason === ''}>
            Void
          </button>
        </div>
      </form>
    </Dialog>
  );
}
