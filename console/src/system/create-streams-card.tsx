import { graphql } from '@freshet/client';
import { useState } from 'preact/hooks';
import { CreateStream } from '../streams/stream-documents';
import { ErrorNote } from '../ui/error-note';
import { timeZone } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import type { ItemFault } from '../ui/item-fault';
import { useMutation } from '../ui/use-mutation';
import { EVENTS_STREAM, PURCHASE_STREAMS } from './predefined-streams';

export const CreateOrderStreams = graphql(`
  mutation CreateOrderStreams($timeZone: String) {
    written: createOrderStreams(input: { timeZone: $timeZone }) {
      errors {
        code
        message
        path
      }
    }
  }
`);

interface Props {
  readonly existing: ReadonlySet<string>;
  readonly onMade: () => void;
}

/** Offers to create the streams that this page needs and the shop does not have. */
export function CreateStreamsCard({ existing, onMade }: Props) {
  const one = useMutation(CreateStream);
  const ofOrders = useMutation(CreateOrderStreams);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const isRunning = one.isRunning || ofOrders.isRunning;

  const make = async (definitions: typeof PURCHASE_STREAMS) => {
    for (const stream of definitions.filter(({ id }) => !existing.has(id))) {
      const made = await one.run({ stream });
      if (made === undefined) return false;
      setFaults((before) => [...before, ...made.written.errors]);
    }
    return true;
  };
  const makeOfOrders = async () => {
    setFaults([]);
    if (await make([EVENTS_STREAM])) {
      const made = await ofOrders.run({ timeZone: timeZone() });
      setFaults((before) => [...before, ...(made?.written.errors ?? [])]);
    }
    onMade();
  };
  const makeOfEvents = async () => {
    setFaults([]);
    await make([EVENTS_STREAM, ...PURCHASE_STREAMS]);
    onMade();
  };
  return (
    <section class="card offer">
      <div>
        <h2>Set up live figures</h2>
        <p class="muted">
          The charts on this page need streams that do not exist yet. If the shop records orders, create the twelve
          order streams: revenue, units, payments, conversion, best sellers and others. They include past orders. If the
          shop records purchases as events without orders, create the event streams. They count from now on.
        </p>
      </div>
      <div class="actions">
        <button class="button primary" disabled={isRunning} onClick={() => void makeOfOrders()}>
          Create order streams
        </button>
        <button class="button" disabled={isRunning} onClick={() => void makeOfEvents()}>
          Create event streams
        </button>
      </div>
      <ErrorNote error={one.error ?? ofOrders.error} />
      <ItemErrors errors={faults} />
    </section>
  );
}
