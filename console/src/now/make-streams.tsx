import { useState } from 'preact/hooks';
import { CreateStream } from '../streams/stream-documents';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import type { ItemFault } from '../ui/item-fault';
import { useMutation } from '../ui/use-mutation';
import type { ReadyMade } from './ready-made-streams';

interface Props {
  readonly missing: readonly ReadyMade[];
  readonly onMade: () => void;
}

/** Offers the streams that this page shows and the shop lacks. */
export function MakeStreams({ missing, onMade }: Props) {
  const { run, error, isRunning } = useMutation(CreateStream);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const make = async () => {
    setFaults([]);
    for (const { definition } of missing) {
      const made = await run({ stream: definition });
      if (made === undefined) break;
      if (made.written.errors.length > 0) setFaults((before) => [...before, ...made.written.errors]);
    }
    onMade();
  };
  return (
    <section class="card offer">
      <div>
        <h2>Count by the minute</h2>
        <p class="muted">
          This page draws {missing.length === 1 ? 'a stream' : 'streams'} that the shop does not have yet:{' '}
          {missing.map(({ definition }) => definition.id).join(', ')}. They count from when they are made.
        </p>
      </div>
      <button class="button primary" disabled={isRunning} onClick={() => void make()}>
        {isRunning ? 'Making …' : `Make ${missing.length === 1 ? 'it' : `all ${missing.length}`}`}
      </button>
      <ErrorNote error={error} />
      <ItemErrors errors={faults} />
    </section>
  );
}
