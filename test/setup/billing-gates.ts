/** Holds a transaction of the billing of ads at a chosen statement, so that a worker can be killed exactly there. */
import type { Pool } from '../../src/platform/postgres';

/**
 * SUMS: the ledger has new entries, and their sums are not written yet. COMMIT: everything is written, and the worker has
 * sent the COMMIT, which nothing stops.
 */
export type BillingGatePoint = 'SUMS' | 'COMMIT';

interface BillingGate {
  /** Returns the server processes of PostgreSQL that wait at the gate. */
  waiting(): Promise<number[]>;
  /** Opens the gate, and waits until the server processes have ended their transactions. */
  open(): Promise<void>;
}

/**
 * A gate is an advisory lock. At SUMS, PostgreSQL notices within a second that the client has ended, and rolls back. At
 * COMMIT it does not look: the transaction takes effect when the gate opens.
 */
const BILLING_TRIGGERS = `
  CREATE FUNCTION pass_billing_gate() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(hashtext(TG_ARGV[0])) THEN
      PERFORM set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true);
      IF TG_ARGV[0] = 'COMMIT' THEN PERFORM set_config('client_connection_check_interval', '0', true); END IF;
      PERFORM pg_advisory_xact_lock_shared(hashtext(TG_ARGV[0]));
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER billing_gate_sums BEFORE INSERT ON ad_days FOR EACH STATEMENT
    EXECUTE FUNCTION pass_billing_gate('SUMS');
  CREATE CONSTRAINT TRIGGER billing_gate_commit AFTER UPDATE ON followers DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.name = 'ad-billing') EXECUTE FUNCTION pass_billing_gate('COMMIT')`;

export async function buildBillingGates(pool: Pool): Promise<void> {
  await pool.query(BILLING_TRIGGERS);
}

/** Closes a gate. It takes a connection of the pool until it is opened. */
export async function closeBillingGate(pool: Pool, point: BillingGatePoint): Promise<BillingGate> {
  const holder = await pool.connect();
  const { rows } = await holder.query<{ pid: number }>(
    'SELECT pg_backend_pid() AS pid, pg_advisory_lock(hashtext($1))',
    [point],
  );
  const waiting = async () => {
    const waiters = await pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event = 'advisory' AND $1 = ANY (pg_blocking_pids(pid))`,
      [rows[0].pid],
    );
    return waiters.rows.map(({ pid }) => pid);
  };
  return {
    waiting,
    open: async () => {
      await holder.query('SELECT pg_advisory_unlock_all()');
      holder.release();
      // The lock of the ledger waits for the transaction that was held.
      await pool.query("SELECT FROM followers WHERE name = 'ad-billing' FOR UPDATE");
    },
  };
}
