/**
 * SQLSTATE: connection exceptions, a transaction that was idle too long, deadlock, out of space or memory, a lock or
 * another object that is not free, ended from outside, a fault of the system's.
 */
const SQLSTATE = /^((08|40|53|55|57|58)...|25P03)$/;
/** What the network says: ECONNREFUSED and its like, and not Node's own ERR_…, which are our mistakes. */
const NETWORK = /^E(?!RR_)[A-Z]+(_[A-Z]+)*$/;
/** Prisma's: not reached, timed out, closed the connection, no connection free. */
const PRISMA = /^P(1001|1002|1008|1017|2024)$/;
/** node-postgres says these without a code. */
const MESSAGE =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered a connection error)/;

/**
 * Whether an error, or what caused it, says something about the database's health, and so nothing about what was asked
 * of it: the same may be asked again.
 */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, message } = error as { code?: unknown; originalCode?: unknown; message?: string };
  const codes = [code, originalCode].filter((one) => typeof one === 'string');
  if (codes.some((one) => [SQLSTATE, NETWORK, PRISMA].some((said) => said.test(one)))) return true;
  return MESSAGE.test(message ?? '') || causesOf(error).some(isOutage);
}

/** Prisma puts what PostgreSQL said into `meta`. */
function causesOf(error: object): unknown[] {
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } | null };
  return [cause, meta?.driverAdapterError];
}

/** SQLSTATE: deadlock and its like, a transaction that was idle too long. */
const OF_ONE_TRANSACTION = /^(40...|25P03)$/;

/** Whether an outage befell one transaction alone: the database is there for the next one. */
export function isOfOneTransaction(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return (typeof code === 'string' && OF_ONE_TRANSACTION.test(code)) || isOfOneTransaction(cause);
}

/** SQLSTATE: connection exceptions, ended by an administrator or by a crash. */
const CUT_SQLSTATE = /^(08...|57P0[12])$/;
const CUT_NETWORK = /^(ECONNRESET|EPIPE)$/;
const CUT_MESSAGE = /^(Connection terminated unexpectedly|Query read timeout)/;

/**
 * Whether a statement that failed may have taken effect all the same: its connection was lost before the answer came, or
 * the server crashed while it committed (severity PANIC, whatever the SQLSTATE).
 */
export function isAnswerLost(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause, severity } = error as {
    readonly code?: unknown;
    readonly message?: string;
    readonly cause?: unknown;
    readonly severity?: unknown;
  };
  if (severity === 'PANIC') return true;
  if (typeof code === 'string' && (CUT_SQLSTATE.test(code) || CUT_NETWORK.test(code))) return true;
  return CUT_MESSAGE.test(message ?? '') || isAnswerLost(cause);
}
