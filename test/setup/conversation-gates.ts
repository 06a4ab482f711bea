/** Holds the transactions of a conversation at a chosen statement, so that a process can be killed exactly there. */
import type { Pool } from '../../src/platform/postgres';

/** INSERT holds the statement that stores a message. COMMIT holds the commit of its transaction, which nothing stops. */
export type GatePoint = `${'INSERT' | 'COMMIT'} ${'CUSTOMER' | 'AUTOMATIC'}`;

export interface Gate {
  /** Returns the server processes of PostgreSQL that wait at the gate. */
  waiting(): Promise<number[]>;
  open(): Promise<void>;
}

/**
 * A gate is an advisory lock. A server process that waits at one neither gives up nor notices that its client has ended:
 * a COMMIT that a process sent before it was killed takes effect when the gate opens.
 */
const TRIGGERS = `
  CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    gate bigint := hashtextextended(NEW.conversation_id || ' ' || TG_ARGV[0] || ' ' || NEW.author, 0);
  BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(gate) THEN
      PERFORM set_config('client_connection_check_interval', '0', true), set_config('lock_timeout', '0', true);
      PERFORM pg_advisory_xact_lock_shared(gate);
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER gate_insert BEFORE INSERT ON conversation_messages FOR EACH ROW EXECUTE FUNCTION pass_gate('INSERT');
  CREATE CONSTRAINT TRIGGER gate_commit AFTER INSERT ON conversation_messages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pass_gate('COMMIT')`;

export async function buildGates(pool: Pool): Promise<void> {
  await pool.query(TRIGGERS);
}

/** Closes a gate of one conversation. All others are open. It takes a connection of the pool until it is opened. */
export async function closeGate(pool: Pool, conversationId: string, point: GatePoint): Promise<Gate> {
  const holder = await pool.connect();
  const { rows } = await holder.query<{ pid: number }>(
    'SELECT pg_backend_pid() AS pid, pg_advisory_lock(hashtextextended($1, 0))',
    [`${conversationId} ${point}`],
  );
  return {
    waiting: async () => {
      const waiters = await pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event = 'advisory' AND $1 = ANY (pg_blocking_pids(pid))`,
        [rows[0].pid],
      );
      return waiters.rows.map(({ pid }) => pid);
    },
    open: async () => {
      await holder.query('SELECT pg_advisory_unlock_all()');
      holder.release();
    },
  };
}
