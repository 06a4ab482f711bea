import DataLoader from 'dataloader';
import { OnDemandReadModel } from '../../events/on-demand-read-model';
import { ExpressionFault } from '../../expressions/expression-fault';
import { ApiError } from '../../graphql/errors';
import { openLiveQuery } from '../../graphql/live-query';
import { faultOfName } from '../../graphql/shown-text';
import type { UserError } from '../../graphql/user-error.type';
import { ChangeListeners } from '../../platform/change-listeners';
import type { Logger } from '../../platform/log';
import { inTransaction, type Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { prepareAudienceCondition } from './audience-condition';
import {
  deleteAudience,
  insertAudience,
  lockAudiences,
  readAudience,
  readAudienceMembers,
  readAudiences,
  readAudiencesOf,
  redefineAudience,
  renameAudience,
  type StoredAudience,
} from './audience.store';
import { AUDIENCE_DEFINITIONS_TOPIC, AUDIENCE_SIZES_TOPIC } from './audience-topics';
import type { Audience, DeleteAudiencePayload, UpsertAudienceInput, UpsertAudiencePayload } from './audience.type';

const MAX_AUDIENCES = 100;
const MAX_NAME_LENGTH = 100;
/** A subscriber is sent at most about one size in this time. */
const COALESCE_MS = 200;
/** Interval at which the size is read again in case a message was lost. */
const REPAIR_MS = 10_000;

/** Reads and changes the audiences that operators have defined. Workers determine their members. */
export class AudienceService extends OnDemandReadModel {
  /** The audiences of customers that are requested at the same time are read together. Nothing is cached. */
  private readonly ofCustomers: DataLoader<string, Audience[]>;
  /** Notified when a person was erased, which can change all sizes. */
  readonly reloaded = new ChangeListeners();

  constructor(
    private readonly pool: Pool,
    private readonly pubSub: Pick<RedisPubSub, 'listen' | 'publish'>,
    private readonly log: Logger,
  ) {
    super();
    const readAll = async (customerIds: readonly string[]) => {
      const audiences = new Map((await this.list()).map((audience) => [audience.id, audience]));
      const pairs = await readAudiencesOf(pool, customerIds);
      return customerIds.map((id) =>
        pairs.flatMap(({ customerId, audienceId }) => (customerId === id ? (audiences.get(audienceId) ?? []) : [])),
      );
    };
    this.ofCustomers = new DataLoader(readAll, { cache: false, maxBatchSize: 1_000 });
  }

  onReload(): void {
    this.reloaded.notify();
  }

  /** Other changes of sizes are published by the workers. */
  protected applyChange(): void {}

  /** Returns all audiences, by id. */
  async list(): Promise<Audience[]> {
    return (await readAudiences(this.pool)).map(toAudience);
  }

  async find(id: string): Promise<Audience | null> {
    const stored = await readAudience(this.pool, id);
    return stored === undefined ? null : toAudience(stored);
  }

  /** Returns the audiences that a customer is in, by id. */
  findOfCustomer(customerId: string): Promise<Audience[]> {
    return this.ofCustomers.load(customerId);
  }

  /** Returns up to `count` ids of the audience's customers after the given id, in the order of ids. */
  memberIds({ definition }: Pick<Audience, 'definition'>, after: string, count: number): Promise<string[]> {
    return readAudienceMembers(this.pool, definition, after, count);
  }

  async upsert(input: UpsertAudienceInput): Promise<UpsertAudiencePayload> {
    const result = await inTransaction(this.pool, async (client) => {
      const { stored, count } = await lockAudiences(client, input.id);
      const audience = {
        id: input.id,
        name: input.name === undefined ? stored?.name : input.name?.trim(),
        condition: input.condition === undefined ? stored?.condition : (input.condition ?? undefined),
      };
      const fault = audienceFault(audience) ?? (stored === undefined && count >= MAX_AUDIENCES ? TOO_MANY : undefined);
      if (fault !== undefined) return { audience: null, userErrors: [fault] };
      const { id, name, condition } = audience as Pick<StoredAudience, 'id' | 'name' | 'condition'>;
      if (stored === undefined) await insertAudience(client, { id, name, condition });
      else if (stored.condition === condition) await renameAudience(client, id, name);
      else await redefineAudience(client, { id, name, condition });
      return { audience: toAudience((await readAudience(client, id))!), userErrors: [] };
    });
    if (result.audience !== null) this.pubSub.publish(AUDIENCE_DEFINITIONS_TOPIC, {});
    return result;
  }

  async delete(id: string): Promise<DeleteAudiencePayload> {
    if (await deleteAudience(this.pool, id)) {
      this.pubSub.publish(AUDIENCE_DEFINITIONS_TOPIC, {});
      return { userErrors: [] };
    }
    const message = `No audience has the id ${JSON.stringify(id)}.`;
    return { userErrors: [{ code: 'NOT_FOUND', message, field: ['input', 'id'] }] };
  }

  /** Opens a live query of an audience; null once it is deleted. @throws ApiError NOT_FOUND */
  open(id: string): Promise<AsyncIterableIterator<{ readonly audience: Audience | null }>> {
    const reload = async () => ({ audience: await this.find(id) });
    return openLiveQuery({
      name: 'audienceUpdated',
      loadFirst: async () => {
        const state = await reload();
        if (state.audience === null) throw new ApiError('NOT_FOUND', `There is no audience ${id}.`);
        return state;
      },
      reload,
      visibleStateOf: ({ audience }) => JSON.stringify(audience),
      watchChanges: ({ within, every }) => {
        const reloadSoon = within(COALESCE_MS);
        const topics = [AUDIENCE_DEFINITIONS_TOPIC, AUDIENCE_SIZES_TOPIC];
        return [
          ...topics.map((topic) => this.pubSub.listen(topic, reloadSoon)),
          this.reloaded.add(reloadSoon),
          every(REPAIR_MS, reloadSoon),
        ];
      },
      log: this.log,
    });
  }
}

const TOO_MANY: UserError = {
  code: 'BAD_USER_INPUT',
  message: `A shop can have at most ${MAX_AUDIENCES} audiences; delete one first.`,
  field: null,
};

/** Returns the first error of an audience, or undefined if it is valid. */
function audienceFault({
  name,
  condition,
}: Partial<Pick<StoredAudience, 'name' | 'condition'>>): UserError | undefined {
  const bad = (message: string, field: string): UserError => ({
    code: 'BAD_USER_INPUT',
    message,
    field: ['input', field],
  });
  const nameFault = faultOfName('name', name, MAX_NAME_LENGTH);
  if (nameFault !== undefined) return bad(`${nameFault}.`, 'name');
  if (condition === undefined) return bad('A new audience needs a condition.', 'condition');
  try {
    prepareAudienceCondition(condition);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    const { line, column } = error.position;
    return bad(`condition, line ${line}, column ${column}: ${error.message}`, 'condition');
  }
  return undefined;
}

function toAudience({ id, name, condition, definition, size, cursor, ...stored }: StoredAudience): Audience {
  const isExamined = cursor === null;
  // New customers can make the examined ones more than there were at the beginning.
  const share = Math.min(0.99, stored.examined / Math.max(1, stored.customers));
  return {
    id,
    name,
    condition,
    definition,
    size: isExamined ? size : null,
    progress: isExamined ? 1 : share,
    updatedAt: stored.updatedAt,
  };
}
