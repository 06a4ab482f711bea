import type { Pool, PoolClient } from '../platform/postgres';
import { queryFirst, queryRows } from '../platform/sql';
import type { StreamVersionId } from './window-merger.store';
import type { StreamSpec } from './stream-spec';

export interface ReplayedVersion {
  readonly stream: string;
  readonly version: number;
  readonly spec: StreamSpec;
  readonly fromPosition: number;
}

export function readReplayedVersions(pool: Pool): Promise<ReplayedVersion[]> {
  return queryRows<ReplayedVersion>(
    pool,
    `SELECT v.stream, v.version, v.spec, s.from_position AS "fromPosition" FROM streams s
     JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown WHERE v.state = 'LIVE' AND NOT s.rebuild ORDER BY s.id`,
  );
}

/** Returns undefined if the stream no longer shows this version. */
export function readReplayedVersion(client: PoolClient, { stream, version }: StreamVersionId) {
  return queryFirst<{ keptFrom: Date | null; keys: number }>(
    client,
    `SELECT v.kept_from AS "keptFrom", v.keys FROM streams s JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown
     WHERE s.id = $1 AND s.shown = $2 AND v.state = 'LIVE' AND NOT s.rebuild`,
    [stream, version],
  );
}
