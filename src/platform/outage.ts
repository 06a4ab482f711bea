/**
 * SQLSTATE: connection exceptions, a transaction that was idle too long, deadlock, out of space or memory, a lock or
 * another object that is not free, ended from outside, a fault of the system's.
 */
const SQLSTATE = /^((08|40|53|55|57|58)...|25P03)$/;
/** What the network says: ECONNREFUSED and its like, and not Node's own ERR_…, which are our mistakes. */
const NETWORK = /^E(?!RR_)[A-Z]+$/;
/** node-postgres says these without a code. */
const MESSAGE =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered a connection error)/;

/** Whether an error says something about the database's health, and so nothing about what was asked of it. */
export function isOutage(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return SQLSTATE.test(code) || NETWORK.test(code);
  return MESSAGE.test(message ?? '');
}
