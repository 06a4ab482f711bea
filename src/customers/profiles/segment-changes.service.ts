import { newestPosition } from '../../events/position.store';
import { encodeCursor, timeCursor, wrongCursor } from '../../graphql/connection';
import { ApiError } from '../../graphql/errors';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { NEW } from '../segments/assign-segment';
import type { ProfilesReadModel } from './profiles.read-model';
import { ChangeFeed } from './segment-change-feed';
import {
  hasSegmentChanges,
  readSegmentChangesAfter,
  readSegmentChangesBefore,
  type SegmentChangeKey,
  type StoredSegmentChange,
} from './segment-change.store';
import type { SegmentChange } from './segment-change.type';

const CURSOR_KIND = 'segment changes';
const PAGE = 100;
/** After all changes: positions are below 2^52. */
const END_OF_LOG: SegmentChangeKey = { position: 2 ** 52, customerId: '' };

/** Reads entries into segments and exits from them. */
export class SegmentChangesService {
  constructor(
    private readonly pool: Pool,
    private readonly profiles: Pick<ProfilesReadModel, 'watchSegment'>,
    private readonly findSegment: (id: string) => Promise<object | null>,
    private readonly log: Logger,
  ) {}

  /** Returns up to `count` changes of a segment, newest first. @param after a cursor; only older changes are returned */
  async page(segmentId: string, after: string | null | undefined, count: number): Promise<SegmentChange[]> {
    const before = decodeChangeCursor(after);
    return (await readSegmentChangesBefore(this.pool, segmentId, before?.key ?? END_OF_LOG, count)).map(
      toSegmentChange,
    );
  }

  /**
   * Opens a feed of the changes after a cursor, or of those from now on.
   * @param segmentId null: of all segments
   * @throws ApiError NOT_FOUND or BAD_USER_INPUT
   */
  async open(
    segmentId: string | null,
    after: string | null | undefined,
  ): Promise<AsyncIterableIterator<SegmentChange>> {
    const cursor = decodeChangeCursor(after);
    if (segmentId === NEW)
      throw new ApiError(
        'BAD_USER_INPUT',
        'Changes of NEW are not logged; leave out segmentId to receive all changes.',
      );
    if (segmentId !== null && !/^\d{1,9}$/.test(segmentId))
      throw new ApiError('BAD_USER_INPUT', 'segmentId must be the id of a segment, such as 3.');
    if (segmentId !== null && (await this.findSegment(segmentId)) === null) {
      // Customers leave a segment after its version has ended.
      if (!(await hasSegmentChanges(this.pool, segmentId)))
        throw new ApiError('NOT_FOUND', `There is no segment ${segmentId}.`);
    }
    let last: SegmentChangeKey = cursor?.key ?? { position: (await newestPosition(this.pool)) + 1, customerId: '' };
    return new ChangeFeed({
      readNext: async () => {
        const changes = await readSegmentChangesAfter(this.pool, segmentId, last, PAGE, { profiledOnly: false });
        last = changes.at(-1) ?? last;
        return changes.map(toSegmentChange);
      },
      pageSize: PAGE,
      watch: (onChange) => this.profiles.watchSegment(segmentId, onChange),
      onFailure: ({ message }) => this.log.warn({ error: message }, 'changes of segments not read; will be retried'),
    });
  }
}

function toSegmentChange({ position, ...change }: StoredSegmentChange): SegmentChange {
  const cursor = encodeCursor(CURSOR_KIND, [change.changedAt.getTime(), String(position), change.customerId]);
  return { ...change, position: String(position), cursor };
}

/** Returns undefined without a cursor. @throws ApiError BAD_USER_INPUT for one that is not a cursor of a change */
function decodeChangeCursor(after: string | null | undefined): { time: Date; key: SegmentChangeKey } | undefined {
  const cursor = timeCursor(CURSOR_KIND, after, 2);
  if (cursor === undefined) return undefined;
  const [position, customerId] = cursor.texts as readonly [string, string];
  if (!/^\d{1,15}$/.test(position)) throw wrongCursor();
  return { time: cursor.time, key: { position: Number(position), customerId } };
}
