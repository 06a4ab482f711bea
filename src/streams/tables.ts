import { COMPUTED, eraseByPositions, impersonal, OF_THE_SHOP, PER_LOGGED, type Tables } from '../rooms/tables';
import { eraseFromStreams } from './stream.store';

const OF_STREAMS = 'the limits of the stream; as part of the next row';

export const tables: Tables = {
  streams: OF_THE_SHOP, // queries defined by admins
  stream_versions: OF_THE_SHOP,
  stream_windows: {
    erase: eraseByPositions(eraseFromStreams),
    export: COMPUTED,
    growth: {
      bound: '`maxKeys` of each window, 5,000,000 of a stream',
      retention: '`retention` of the stream; beyond the limit, the oldest are removed',
    },
  },
  stream_parts: {
    erase: 'with its windows',
    export: COMPUTED,
    growth: { bound: PER_LOGGED, retention: 'until merged, within seconds' },
  },
  stream_late: {
    erase: 'with its windows',
    export: COMPUTED,
    growth: { bound: '1,000 rows of a stream', retention: 'the newest 1,000' },
  },
  stream_join_events: {
    erase: 'with its windows',
    export: COMPUTED,
    growth: { bound: OF_STREAMS, retention: 'until no partner can come: interval and lateness' },
  },
  stream_crowded_ranges: impersonal('times only, merged; as part of the previous row', 'with its windows'), // times only
  stream_months: impersonal('a row for each month of a stream', 'with its windows'), // totals of streams that read no personal data
};
