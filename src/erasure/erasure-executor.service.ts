import { eraseFromInbox, eraseFromRejected, isInLog, namesOf } from '../events/erase-subjects.service';
import type { Outbox } from '../events/outbox';
import { newestPosition, takePosition, type LogChange } from '../events/position';
import { awaitWriters, bury, excludeDerivedState } from '../events/tombstone.service';
import { lockOrders } from '../orders/order-owner.service';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import { isOfOneTransaction, isOutage } from '../platform/outage';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { lockSearchCounts } from '../search/past/past-searches.service';
import { removeErased } from '../streams/stream-store.service';
import { PLACES, type Person } from './places';

const ERASURE_LEASE = 'erasures';
const LEASE_MS = 10_000;
/** People who are erased in one transaction. */
const MAX_TOGETHER = 500;
/** A failed erasure waits for as long as it has been pending, within these bounds: each wait is twice the one before. */
const MIN_POSTPONED_MS = 10_000;
const MAX_POSTPONED_MS = 3_600_000;
/** How long an attempt waits for transactions that began before the tombstones were committed. */
const MAX_WRITERS_MS = 10_000;

/** Names nobody. */
const CHANGE: LogChange = { reload: 'histories' };

interface Named extends Person {
  readonly id: string;
  subjects: readonly string[];
}

/**
 * Carries out the erasures that are requested, by one process at a time, many under one position. Whoever writes about
 * persons looks at the tombstones first, so once the transactions that were older than the tombstones have ended, nobody
 * adds anything about these people: they leave {@link PLACES} in one transaction beside all others.
 *
 * A position at which people have left the log makes the learner go through it again. So there is at most one in
 * `intervalMs`; people of whom the log has nothing do not wait for it.
 *
 * One erasure that fails does not hold up the others: a group that fails is halved, and a single erasure that fails is
 * postponed.
 */
export class ErasureExecutor {
  private running: Promise<void> | undefined;
  /** How many people the next group has at most: fewer after a group that failed as an outage does. */
  private groupSize = MAX_TOGETHER;

  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly log: Logger,
    private readonly intervalMs: number,
  ) {}

  /** Carries out what is due, unless another process is at it. Never throws: what fails is tried again at the next turn. */
  turn(): Promise<void> {
    this.running ??= this.run()
      .catch((error: Error) => this.log.warn({ error: error.message }, 'not erased yet'))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(): Promise<void> {
    const { rows } = await this.pool.query<{ due: boolean }>(
      'SELECT EXISTS (SELECT FROM erasures WHERE done_at IS NULL AND due_at <= now()) AS due',
    );
    if (!rows[0].due) return;
    const lease = await Lease.acquire(this.pool, this.log, ERASURE_LEASE, LEASE_MS);
    if (lease === null) return;
    lease.keep(
      () => 0,
      (reason) => this.log.warn({ reason }, 'another process carries out erasures'),
    );
    try {
      await this.carryOut();
    } finally {
      await lease.release();
    }
  }

  private async carryOut(): Promise<void> {
    const { rows } = await this.pool.query<Pick<Named, 'id' | 'subjects'>>(
      'SELECT id, subjects FROM erasures WHERE done_at IS NULL AND due_at <= now() ORDER BY requested_at LIMIT $1',
      [this.groupSize],
    );
    let named = rows.map((row): Named => ({ ...row, events: 0, orderLines: 0, positions: [] }));
    let found: boolean;
    do {
      await awaitWriters(this.pool, MAX_WRITERS_MS);
      ({ named, found } = await this.findNames(named));
    } while (found);
    await this.eraseGroup(await this.withoutDeferred(named));
    this.groupSize = MAX_TOGETHER;
  }

  private async eraseGroup(people: readonly Named[]): Promise<void> {
    if (people.length === 0) return;
    try {
      await this.erase(people);
    } catch (error) {
      if (people.length === 1) return this.postpone(people[0], error as Error);
      const half = Math.ceil(people.length / 2);
      if (isOutage(error) && !isOfOneTransaction(error)) {
        // A person whose statements take too long fails in the same way as a database that is away.
        this.groupSize = half;
        throw error;
      }
      await this.eraseGroup(people.slice(0, half));
      await this.eraseGroup(people.slice(half));
    }
  }

  private async erase(people: readonly Named[]): Promise<void> {
    for (const person of people) Object.assign(person, { events: 0, orderLines: 0, positions: [] });
    const position = await inTransaction(this.pool, (client) => leave(client, people));
    if (position !== null) this.outbox.publish(position, CHANGE);
    const subjects = people.flatMap((person) => person.subjects);
    await eraseFromInbox(this.pool, subjects);
    await eraseFromRejected(this.pool, subjects);
    await removeErased(this.pool);
    for (const person of people) {
      // Unless it has been asked for again meanwhile, of more names.
      await this.pool.query(
        `UPDATE erasures SET subjects = '{}', done_at = now()
         WHERE id = $1 AND done_at IS NULL AND subjects <@ $2::text[]`,
        [person.id, person.subjects],
      );
    }
  }

  /** @throws Error where the database is away: then the failure says nothing about this person. */
  private async postpone({ id }: Named, { message }: Error): Promise<void> {
    const { rows } = await this.pool.query<{ dueAt: Date }>(
      `UPDATE erasures SET due_at = now() + least(greatest(now() - requested_at, $2 * interval '1 ms'), $3 * interval '1 ms')
       WHERE id = $1 RETURNING due_at AS "dueAt"`,
      [id, MIN_POSTPONED_MS, MAX_POSTPONED_MS],
    );
    this.log.error({ erasure: id, error: message, nextAttempt: rows[0]?.dueAt }, 'an erasure failed and is postponed');
  }

  /**
   * Buries the names that the log has for these people beside those that are known. Each in a transaction of its own:
   * who asks again for one of them waits for that one alone.
   *
   * @returns those whose names could be read, and whether there are new ones
   */
  private async findNames(people: readonly Named[]): Promise<{ named: Named[]; found: boolean }> {
    const named: Named[] = [];
    let found = false;
    for (const person of people) {
      try {
        if (await inTransaction(this.pool, (client) => findNamesOf(client, person))) found = true;
        named.push(person);
      } catch (error) {
        await this.postpone(person, error as Error);
      }
    }
    return { named, found };
  }

  /** Where people have left the log less than `intervalMs` ago, others whom it knows wait until that is over. */
  private async withoutDeferred(people: readonly Named[]): Promise<readonly Named[]> {
    const { rows } = await this.pool.query<{ next: Date | null }>(
      `SELECT max(erased_at) + $1 * interval '1 ms' AS next FROM erasures
       HAVING max(erased_at) + $1 * interval '1 ms' > now()`,
      [this.intervalMs],
    );
    if (rows.length === 0) return people;
    const now: Named[] = [];
    for (const person of people) {
      if (await isInLog(this.pool, person.subjects))
        await this.pool.query('UPDATE erasures SET due_at = $2 WHERE id = $1', [person.id, rows[0].next]);
      else now.push(person);
    }
    return now;
  }
}

/** @returns whether the log has names of this person that were not known */
async function findNamesOf(client: PoolClient, person: Named): Promise<boolean> {
  const names = await namesOf(client, person.subjects);
  if (names.length === person.subjects.length) return false;
  await bury(client, names);
  await client.query(
    'UPDATE erasures SET subjects = ARRAY(SELECT DISTINCT unnest(subjects || $2::text[])) WHERE id = $1',
    [person.id, names],
  );
  person.subjects = names;
  return true;
}

/** @returns the position taken; null where the log told of none of them, so that nothing has to be learned again */
async function leave(client: PoolClient, people: readonly Named[]): Promise<number | null> {
  await excludeDerivedState(client);
  await lockSearchCounts(client);
  await lockOrders(client);
  for (const place of Object.values(PLACES)) if (typeof place === 'function') await place(client, people);
  const moved = people.some(({ positions }) => positions.length > 0);
  const position = moved ? await takePosition(client, CHANGE) : await newestPosition(client);
  for (const person of people) {
    await client.query(
      `UPDATE erasures SET events = events + $2, order_lines = order_lines + $3,
         position = CASE WHEN $4 THEN $5 ELSE position END, erased_at = CASE WHEN $4 THEN now() ELSE erased_at END
       WHERE id = $1`,
      [person.id, person.events, person.orderLines, person.positions.length > 0, position],
    );
  }
  return moved ? position : null;
}
