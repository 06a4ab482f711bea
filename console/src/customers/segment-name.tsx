import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { faultsOf, type ItemFault } from '../ui/item-fault';
import { useMutation } from '../ui/use-mutation';
import { RenameSegment } from './customer-documents';

interface Props {
  readonly segment: { readonly id: string; readonly name: string; readonly generatedName: string };
  readonly onRenamed: () => void;
}

/** `NEW` holds the customers who have not ordered; it can't be renamed. */
const NEW = 'NEW';

/** Shows the name of a segment, and edits it in place. Escape cancels. */
export function SegmentName({ segment: { id, name, generatedName }, onRenamed }: Props) {
  const [isEdited, edit] = useState(false);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const { run, error, isRunning } = useMutation(RenameSegment);
  const opener = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (isEdited) input.current?.focus();
  }, [isEdited]);
  const close = () => {
    setFaults([]);
    edit(false);
    // The button exists only after the next rendering.
    setTimeout(() => opener.current?.focus());
  };
  const rename = async (to: string | null) => {
    const renamed = (await run({ id, name: to }))?.renameSegment;
    if (renamed == null) return;
    setFaults(faultsOf(renamed));
    if (renamed.userErrors.length > 0) return;
    close();
    onRenamed();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void rename(new FormData(event.currentTarget as HTMLFormElement).get('name') as string);
  };
  if (!isEdited)
    return (
      <header class="card-head">
        <h2>{name}</h2>
        {id !== NEW && (
          <button ref={opener} class="button small" onClick={() => edit(true)}>
            Rename<span class="visually-hidden"> {name}</span>
          </button>
        )}
      </header>
    );
  return (
    <form class="segment-name" onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && close()}>
      <Field label="Name" faults={faults} hint={name === generatedName ? undefined : `Generated: ${generatedName}`}>
        {({ id: field, describedBy, invalid }) => (
          <input
            id={field}
            ref={input}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            name="name"
            defaultValue={name}
            required
            maxLength={100}
          />
        )}
      </Field>
      <ErrorNote error={error} />
      <div class="actions">
        <button class="button small primary" disabled={isRunning}>
          Save
        </button>
        {name !== generatedName && (
          <button class="button small" type="button" disabled={isRunning} onClick={() => void rename(null)}>
            Use generated name
          </button>
        )}
        <button class="button small" type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}
