import type { Outbox } from '../events/outbox.service';
import { receiptOf } from '../events/receipts';
import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { canonicalJson } from '../platform/canonical-json';
import type { Pool, PoolClient } from '../platform/postgres';
import { SpecFault, type StreamSpec } from './stream-spec';
import { checkGraph } from './stream-graph';
import { progressOf } from './stream-progress';
import { parseStreamInput } from './parse-stream-input';
import {
  beginVersion,
  readStreamChain,
  readStream,
  readGraph,
  readStreams,
  removeStream,
  removeVersions,
  streamsBasedOn,
  type StreamRecord,
  countStreams,
  insertStream,
  updateStream,
  readLateWindows,
} from './stream.store';
import type { DeleteStreamPayload, StreamInput, StreamPayload } from './stream-input.type';
import type { LateWindow, Stream } from './stream.type';
import { changeStreams } from './change-streams';

/** Maximum number of streams per shop. Every batch of events is counted in each of them. */
const MAX_STREAMS = 50;
/** SQLSTATE codes: a lock is not available in time, a statement was cancelled. */
const LOCK_TIMEOUTS = new Set(['55P03', '57014']);

type Fault = Omit<ItemError, 'index'>;

/** Manages the continuous queries that admins define. */
export class StreamService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  async streams(): Promise<Stream[]> {
    const records = await readStreams(this.pool);
    const byId = new Map(records.map((record) => [record.id, record]));
    return records.map((record) => {
      let base = record;
      for (let over = record.spec.over; over !== undefined; over = base.spec.over)
        base = byId.get(over) as StreamRecord;
      return toGraphqlStream(record, base);
    });
  }

  async stream(id: string): Promise<Stream | null> {
    const chain = await readStreamChain(this.pool, id);
    return chain && toGraphqlStream(chain.requested, chain.base);
  }

  create(input: StreamInput): Promise<StreamPayload> {
    return this.define(input, async (spec) => {
      const { refused, position } = await changeStreams<Fault>(
        this.outbox,
        [input.id],
        async (client) => {
          const row = await countStreams(client, input.id);
          if (row.known)
            return {
              code: 'CONFLICT',
              message: `stream ${JSON.stringify(input.id)} already exists; use updateStream to change it`,
              path: 'id',
            };
          if (row.count >= MAX_STREAMS)
            return inputFault('id', `a shop can have at most ${MAX_STREAMS} streams; delete one first`);
          return graphFault(client, input.id, spec);
        },
        async (client, position) => {
          const fromPosition = input.backfill === false ? position : 0;
          await insertStream(client, input.id, input.description ?? null, spec, fromPosition);
          if (spec.over === undefined) await beginVersion(client, { id: input.id, spec, fromPosition }, position);
        },
      );
      return refused ?? position;
    });
  }

  /** Updates a stream. Its windows are rebuilt if its definition changes, or if it is neither LIVE nor FILLING. */
  update(input: StreamInput): Promise<StreamPayload> {
    return this.define(input, async (spec) => {
      const { refused, position } = await changeStreams<Fault>(
        this.outbox,
        [input.id],
        async (client) =>
          (await readStream(client, input.id)) === null ? notFoundFault(input.id) : graphFault(client, input.id, spec),
        async (client, position) => {
          const before = (await readStream(client, input.id)) as StreamRecord;
          await updateStream(client, input.id, input.description ?? null, spec);
          const isSame = canonicalJson(before.spec) === canonicalJson(spec);
          const isWell = before.state === 'LIVE' || before.state === 'FILLING';
          if (spec.over !== undefined) return removeVersions(client, input.id);
          if (!isSame || !isWell) await beginVersion(client, { ...before, spec }, position);
        },
      );
      return refused ?? position;
    });
  }

  async delete(id: string): Promise<DeleteStreamPayload> {
    const { refused } = await mapLockErrors(
      changeStreams<Fault>(
        this.outbox,
        [id],
        async (client) => {
          if ((await readStream(client, id)) === null) return notFoundFault(id);
          const [above] = await streamsBasedOn(client, id);
          if (above === undefined) return null;
          return {
            code: 'CONFLICT',
            message: `the stream ${JSON.stringify(above)} is based on this stream; delete it first`,
            path: 'id',
          };
        },
        (client) => removeStream(client, id),
      ),
    );
    return { errors: refused === null ? [] : [{ ...refused, index: 0 }] };
  }

  /** Returns windows with late events, newest first. */
  async lateWindows(id: string): Promise<LateWindow[]> {
    return readLateWindows(this.pool, id);
  }

  private async define(
    input: StreamInput,
    write: (spec: StreamSpec) => Promise<Fault | number | null>,
  ): Promise<StreamPayload> {
    try {
      const faultOrPosition = await mapLockErrors(write(parseStreamInput(input)));
      if (typeof faultOrPosition !== 'number')
        return {
          stream: null,
          receipt: null,
          errors: faultOrPosition === null ? [] : [{ ...faultOrPosition, index: 0 }],
        };
      return { stream: await this.stream(input.id), receipt: receiptOf(faultOrPosition), errors: [] };
    } catch (error) {
      if (!(error instanceof SpecFault)) throw error;
      return { stream: null, receipt: null, errors: [{ ...inputFault(error.path, error.message), index: 0 }] };
    }
  }
}

/**
 * Converts a timeout of a lock or of the statement that waits for it to an error for the client. An outage of the database
 * passes through, because a COMMIT whose response was lost may have changed something.
 * @throws ApiError TIMEOUT
 */
async function mapLockErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!LOCK_TIMEOUTS.has((error as { code?: string }).code ?? '')) throw error;
    throw new ApiError('TIMEOUT', 'Running batches did not end in time, and nothing has changed. Retry.');
  }
}

/** Returns an error if the chain of streams that a stream is based on has a cycle, is too long or is incomplete. */
async function graphFault(client: PoolClient, id: string, spec: StreamSpec): Promise<Fault | null> {
  const over = await readGraph(client);
  over.set(id, spec.over ?? null);
  try {
    checkGraph(over);
    return null;
  } catch (error) {
    if (!(error instanceof SpecFault)) throw error;
    return inputFault(error.path, error.message);
  }
}

function inputFault(path: string, message: string): Fault {
  return { code: 'BAD_USER_INPUT', message, path };
}

function notFoundFault(id: string): Fault {
  return { code: 'NOT_FOUND', message: `stream ${JSON.stringify(id)} does not exist`, path: 'id' };
}

/** Converts a record to its GraphQL type. @param base the stream that counts the events */
function toGraphqlStream(record: StreamRecord, base: StreamRecord): Stream {
  const { id, description, spec, createdAt } = record;
  return {
    id,
    description,
    ...spec,
    derive: spec.derive.map((field) => ({
      ...field,
      rates: field.rates?.map((rate) => ({ ...rate, since: rate.since === null ? null : new Date(rate.since) })),
    })),
    createdAt,
    over: spec.over ?? null,
    join: spec.join ?? null,
    retention: spec.retention ?? null,
    maxKeys: spec.maxKeys ?? null,
    keptFrom: record.keptFrom,
    ...progressOf(record, base),
    windowCount: record.windows ?? 0,
    keyCount: record.keys ?? 0,
    rememberedCount: record.remembered ?? 0,
    crowdedCount: record.crowded ?? 0,
    lateCount: record.late ?? 0,
    watermark: record.watermark,
  };
}
