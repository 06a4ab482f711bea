import { useEach } from '../business/use-each';
import type { Stream } from '../streams/stream';
import { ErrorNote } from '../ui/error-note';
import { formatShare, timeZone } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { CreateParcelStreams } from './delivery-documents';

const FILLING_REFRESH_MS = 3_000;
const NEEDED_STREAMS = 2;

interface Props {
  /** Those of the two streams that the tables need which the shop has. */
  readonly streams: readonly Stream[];
  readonly onChange: () => void;
}

/** Offers to create the streams of parcels, or says how far they are filled. */
export function ParcelStreamsCard({ streams, onChange }: Props) {
  const { run, error, faults, isRunning } = useWrite(CreateParcelStreams);
  useEach(FILLING_REFRESH_MS, onChange);
  const create = async () => {
    if (await run({ timeZone: timeZone() })) onChange();
  };
  const unfinished = streams.find(({ state }) => state !== 'LIVE');
  if (streams.length === NEEDED_STREAMS)
    return (
      <section class="card" aria-label="Carriers and lanes">
        <h2>Carriers and lanes</h2>
        <p class="muted">
          {unfinished?.reason ?? `Past parcels are being counted: ${formatShare(unfinished?.progress ?? 1)}.`}
        </p>
      </section>
    );
  return (
    <section class="card offer" aria-label="Carriers and lanes">
      <div>
        <h2>Compare carriers and lanes</h2>
        <p class="muted">
          Deliveries on time, transit times and exceptions are counted by the streams of parcels, which this shop does
          not have yet. They include past parcels.
        </p>
      </div>
      <div class="actions">
        <button class="button primary" disabled={isRunning} onClick={() => void create()}>
          Create parcel streams
        </button>
      </div>
      <ErrorNote error={error} />
      <ItemErrors errors={faults} />
    </section>
  );
}
