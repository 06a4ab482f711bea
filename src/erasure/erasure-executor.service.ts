import { lockAttribution } from '../attribution/attribution-progress.store';
import {
  eraseFromInbox,
  eraseFromRejected,
  isInLog,
  findLinkedSubjects,
  findRejectedShipments,
} from '../events/erase-subjects.store';
import type { Written } from '../events/commit-change';
import { orderIdsIn, subjectOfOrder, subjectOfShipment } from '../events/log-event';
import type { EventLog } from '../events/event-log';
import type { LogChange } from '../events/position.store';
import { awaitWriters, addTombstones, excludeDerivedState } from '../events/tombstone.store';
import { shipmentsOfOrders } from '../logistics/shipment.store';
import { ordersOfSubjects } from '../orders/order-owner.store';
import { lockOrders } from '../orders/order-locks.store';
import { withLease } from '../platform/lease';
import type { Logger } from '../platform/log';
import { isTransactionFailure, isOutage } from '../platform/outage';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { lockSearchCounts } from '../search/query-log/query-log.store';
import { removeErased } from '../streams/stream.store';
import type { Room } from '../rooms/room';
import { ERASE_PHASES, type ErasedGroup, type ErasedPerson, type Tables } from '../rooms/tables';
import { tablesOfRooms } from './inventory';
import {
  hasDueErasures,
  readDueErasures,
  finishErasure,
  postponeErasure,
  readDeferralEnd,
  deferErasure,
  addSubjects,
  addErasedCounts,
  markErased,
} from './erasure.store';

const ERASURE_LEASE = 'erasures';
const LEASE_MS = 10_000;
/** Maximum number of people who are erased in one transaction. */
const MAX_GROUP_SIZE = 500;
/** How long an attempt waits for transactions that began before the tombstones were committed. */
const MAX_WRITER_WAIT_MS = 10_000;

/** Maximum number of orders that are locked one by one. Only one erasure runs at a time, so they may be many. */
const MAX_ORDER_LOCKS = 2_000;

/** The published change contains no personal data. */
const CHANGE: LogChange = { reload: 'histories' };

interface PendingErasure extends ErasedPerson {
  readonly id: string;
  subjects: readonly string[];
}

/**
 * Executes requested erasures. Only one process at a time does so, and it erases many people in one transaction, under
 * one log position. Every transaction that writes personal data checks the tombstones (hashes of the erased subjects)
 * first. So the executor waits for the transactions that began before the tombstones were committed. After that, no new
 * data of these people can appear, and they are removed from the tables of all rooms.
 *
 * An erasure that changes the log makes the learner (the worker that computes live state from the log) read the log
 * again. So at most one such change is made per `intervalMs`. Erasures of people without data in the log are not
 * delayed.
 *
 * A failing erasure does not block others: a group that fails is split, and a single erasure that fails is postponed.
 */
export class ErasureExecutor {
  private readonly pool: Pool;
  private running: Promise<void> | undefined;
  /** Maximum size of the next group. It is reduced after a group failed with an error that looks like an outage. */
  private groupSize = MAX_GROUP_SIZE;

  constructor(
    private readonly eventLog: EventLog,
    private readonly log: Logger,
    private readonly intervalMs: number,
    private readonly rooms: readonly Room[],
  ) {
    this.pool = eventLog.pool;
  }

  /** Executes the due erasures, unless another process does. Never throws: the next call retries failed erasures. */
  executeDue(): Promise<void> {
    this.running ??= this.run()
      .catch((error: Error) => this.log.warn({ error: error.message }, 'erasures failed and will be tried again'))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<void> {
    if (!(await hasDueErasures(this.pool))) return;
    const { pool, log } = this;
    await withLease({ pool, log, name: ERASURE_LEASE, leaseMs: LEASE_MS }, () => this.eraseDueGroup());
  }

  private async eraseDueGroup(): Promise<void> {
    const rows = await readDueErasures(this.pool, this.groupSize);
    let pendingPeople = rows.map((row): PendingErasure => ({ ...row, events: 0, orderLines: 0, positions: [] }));
    let foundMore: boolean;
    do {
      await awaitWriters(this.pool, MAX_WRITER_WAIT_MS);
      ({ pendingPeople, foundMore } = await this.findMoreSubjects(pendingPeople));
    } while (foundMore);
    await this.eraseGroup(await this.withoutDeferred(pendingPeople));
    this.groupSize = MAX_GROUP_SIZE;
  }

  private async eraseGroup(people: readonly PendingErasure[]): Promise<void> {
    const [first, ...others] = people;
    if (first === undefined) return;
    try {
      await this.erase(people);
    } catch (error) {
      if (others.length === 0) return this.postpone(first, error as Error);
      const half = Math.ceil(people.length / 2);
      if (isOutage(error) && !isTransactionFailure(error)) {
        // The cause may be a database outage, or one person whose statements time out. The next attempt uses a smaller
        // group, to isolate such a person.
        this.groupSize = half;
        throw error;
      }
      await this.eraseGroup(people.slice(0, half));
      await this.eraseGroup(people.slice(half));
    }
  }

  private async erase(people: readonly PendingErasure[]): Promise<void> {
    for (const person of people) Object.assign(person, { events: 0, orderLines: 0, positions: [] });
    const subjects = [...new Set(people.flatMap((person) => person.subjects))];
    const tables = await tablesOfRooms(this.rooms);
    await this.eventLog.commit(async ({ client }) => {
      await eraseFromTables(client, tables, { people, subjects, renamedOrders: [] });
      return recordErased(this.eventLog, client, people);
    });
    await eraseFromInbox(this.pool, subjects);
    await eraseFromRejected(this.pool, subjects);
    await removeErased(this.pool);
    for (const person of people) {
      // The erasure stays pending if it was requested again meanwhile with more subjects.
      await finishErasure(this.pool, person.id, person.subjects);
    }
  }

  /**
   * Postpones a failed erasure. @throws Error if the database is unreachable; the failure then says nothing about this
   * erasure
   */
  private async postpone({ id }: PendingErasure, { message }: Error): Promise<void> {
    const nextAttempt = await postponeErasure(this.pool, id);
    this.log.error({ erasure: id, error: message, nextAttempt }, 'an erasure failed and is postponed');
  }

  /**
   * Finds further subjects of these people in the log and adds tombstones for them. Each person has a separate
   * transaction, so that a repeated request for a person waits only for that transaction.
   *
   * @returns the people whose subjects could be read, and whether new subjects were found
   */
  private async findMoreSubjects(
    people: readonly PendingErasure[],
  ): Promise<{ pendingPeople: PendingErasure[]; foundMore: boolean }> {
    const pendingPeople: PendingErasure[] = [];
    let foundMore = false;
    for (const person of people) {
      try {
        if (await inTransaction(this.pool, (client) => addLinkedSubjects(client, person))) foundMore = true;
        pendingPeople.push(person);
      } catch (error) {
        await this.postpone(person, error as Error);
      }
    }
    return { pendingPeople, foundMore };
  }

  /**
   * Returns the people who may be erased now. If an erasure changed the log less than `intervalMs` ago, people with
   * data in the log are deferred until the interval has passed.
   */
  private async withoutDeferred(people: readonly PendingErasure[]): Promise<readonly PendingErasure[]> {
    const dueAt = await readDeferralEnd(this.pool, this.intervalMs);
    if (dueAt === null) return people;
    const eligible: PendingErasure[] = [];
    for (const person of people) {
      if (await isInLog(this.pool, person.subjects)) await deferErasure(this.pool, person.id, dueAt);
      else eligible.push(person);
    }
    return eligible;
  }
}

/**
 * Adds tombstones for the person's other subjects (see {@link findLinkedSubjects}), orders and shipments.
 * @returns whether there were new ones
 */
async function addLinkedSubjects(client: PoolClient, person: PendingErasure): Promise<boolean> {
  const people = await findLinkedSubjects(client, person.subjects);
  const orders = await ordersOfSubjects(client, people);
  const shipments = [...(await shipmentsOfOrders(client, orders)), ...(await findRejectedShipments(client, orders))];
  const things = [...orders.map(subjectOfOrder), ...shipments.map(subjectOfShipment)];
  const linkedSubjects = [...new Set([...people, ...things])];
  if (linkedSubjects.length === person.subjects.length) return false;
  await addTombstones(client, linkedSubjects);
  await addSubjects(client, person.id, linkedSubjects);
  person.subjects = linkedSubjects;
  return true;
}

/** Removes people from the tables of all rooms. */
async function eraseFromTables(client: PoolClient, tables: readonly Tables[], group: ErasedGroup): Promise<void> {
  // First, because a step of attribution may last longer than others may wait.
  await lockAttribution(client);
  await excludeDerivedState(client);
  await lockSearchCounts(client);
  await lockOrders(client, { orders: orderIdsIn(group.subjects) }, MAX_ORDER_LOCKS);
  for (const phase of ERASE_PHASES) {
    // What is computed with the data of another room is removed before that.
    const ofRooms = phase === 'BEFORE_LOG' ? tables.toReversed() : tables;
    for (const { erase } of ofRooms.flatMap((each) => Object.values(each)))
      if (typeof erase === 'object' && erase.phase === phase) await erase.run(client, group);
  }
}

/** @returns no change if the log had no data of these people. Then the learner does not have to read the log again */
async function recordErased(
  eventLog: EventLog,
  client: PoolClient,
  people: readonly PendingErasure[],
): Promise<Written> {
  for (const { id, events, orderLines } of people) await addErasedCounts(client, id, events, orderLines);
  const inLog = people.filter(({ positions }) => positions.length > 0).map(({ id }) => id);
  if (inLog.length > 0) await eventLog.onEventsDeleted(client);
  const afterPosition = async (position: number) => {
    await markErased(client, inLog, position);
  };
  return { change: inLog.length > 0 ? CHANGE : null, afterPosition };
}
