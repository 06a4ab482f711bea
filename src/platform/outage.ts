/**
 * SQLSTATE codes: connection exceptions, a login that is refused (class 28) or whose database is missing (3D000), a
 * transaction that was idle too long, a database that is read-only (25006), deadlock, out of space or memory, a lock or
 * another object in use, operator intervention, system errors.
 */
const SQLSTATE = /^((08|28|40|53|55|57|58)...|25006|25P03|3D000)$/;
/** Network errors such as ECONNREFUSED. Node's own ERR_… codes are excluded, because they are programming errors. */
const NETWORK = /^E(?!RR_)[A-Z]+(_[A-Z]+)*$/;
/** Prisma's codes: login refused, server not reachable, timed out, no such database, closed the connection, no free one. */
const PRISMA = /^P(1000|1001|1002|1003|1008|1010|1017|2024)$/;
/** Begins the message of {@link LockWaitError}. */
const LOCK_WAIT_MESSAGE = 'waited too long for';
/** Begins the message of {@link ConnectionWaitError}. Prisma passes on messages, but not classes. */
const CONNECTION_WAIT = 'no free connection to PostgreSQL';
/** Errors that node-postgres throws without a code. */
const MESSAGE =
  /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered a connection error)/;

/**
 * Returns whether an error, or one of its causes, is due to the state of the database or its connections, and not to
 * the statement. Repeating the statement may then succeed.
 */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, message } = error as { code?: unknown; originalCode?: unknown; message?: string };
  const codes = [code, originalCode].filter((one) => typeof one === 'string');
  if (codes.some((one) => [SQLSTATE, NETWORK, PRISMA].some((pattern) => pattern.test(one)))) return true;
  return MESSAGE.test(message ?? '') || isWaitTimeout(error) || causesOf(error).some(isOutage);
}

/** All connections of a pool were in use for too long, without a sign of an outage. The statement was not sent. */
export class ConnectionWaitError extends Error {
  constructor(connections: number) {
    super(`${CONNECTION_WAIT}: all ${connections} of this pool are in use`);
  }
}

/** Other transactions were in the way for too long: they held locks, or came first. Nothing was written. */
export class LockWaitError extends Error {
  /** @param others what was waited for */
  constructor(others: string) {
    super(`${LOCK_WAIT_MESSAGE} ${others}`);
  }
}

/** SQLSTATE code: a statement has waited too long for a lock of another transaction. */
const LOCK_WAIT = '55P03';

/**
 * Returns whether an error, or one of its causes, says that other work was in the way for too long: a
 * {@link ConnectionWaitError}, a {@link LockWaitError}, or PostgreSQL's own error. The database is not at fault.
 */
export function isWaitTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, message } = error as { code?: unknown; originalCode?: unknown; message?: string };
  return (
    code === LOCK_WAIT ||
    originalCode === LOCK_WAIT ||
    [CONNECTION_WAIT, LOCK_WAIT_MESSAGE].some((start) => message?.startsWith(start)) ||
    causesOf(error).some(isWaitTimeout)
  );
}

/** Prisma puts PostgreSQL's error into `meta`. */
function causesOf(error: object): unknown[] {
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } | null };
  return [cause, meta?.driverAdapterError];
}

/** SQLSTATE codes: class 40 (rollback, for example after a deadlock), and 25P03 (the transaction was idle too long). */
const TRANSACTION_SQLSTATE = /^(40...|25P03)$/;

/** Returns whether an outage affects only one transaction. The next transaction may then be tried immediately. */
export function isTransactionFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return (typeof code === 'string' && TRANSACTION_SQLSTATE.test(code)) || isTransactionFailure(cause);
}

/** SQLSTATE of a statement that would write, in a database that is read-only: a standby, or by its settings. */
const READ_ONLY = '25006';

/** Returns whether an error says that the database is read-only. */
export function isReadOnly(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode } = error as { code?: unknown; originalCode?: unknown };
  return code === READ_ONLY || originalCode === READ_ONLY || causesOf(error).some(isReadOnly);
}

/** Begins the message of a Redis that answers but refuses commands because of its state. */
const REDIS_REFUSAL =
  /(^|[ -])(READONLY|NOREPLICAS|LOADING|MASTERDOWN|MISCONF|OOM|CLUSTERDOWN|NOAUTH|WRONGPASS|NOPERM|BUSY) /;

/** Returns whether an error of Redis is due to its state (a replica, too few replicas, loading, full, …). */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof Error && REDIS_REFUSAL.test(error.message);
}

/**
 * Codes of a database that can't be used or ends its connections: SQLSTATE of connection exceptions, of a refused login,
 * of a read-only database, of a full disk, of too many connections, and of a server that stops, has crashed or starts;
 * network errors.
 */
const UNAVAILABLE_CODE =
  /^(08...|28...|25006|3D000|53[13]00|57P0[1235]|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|EAI_AGAIN|ENOTFOUND)$/;
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/**
 * Returns whether the database could not be used or has ended the connection, as during a restart. Unlike
 * {@link isOutage}, it excludes errors that the same work may cause each time, such as statements that take too long.
 */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause } = error as { readonly code?: unknown; message?: string; readonly cause?: unknown };
  if (typeof code === 'string' && UNAVAILABLE_CODE.test(code)) return true;
  return UNAVAILABLE_MESSAGE.test(message ?? '') || isUnavailable(cause);
}

/**
 * SQLSTATE codes: connection exceptions (class 08), and connections that were terminated by an administrator (57P01) or
 * after a crash (57P02).
 */
const DISCONNECT_SQLSTATE = /^(08...|57P0[12])$/;
const DISCONNECT_NETWORK = /^(ECONNRESET|EPIPE)$/;
const DISCONNECT_MESSAGE = /^(Connection terminated unexpectedly|Query read timeout)/;

/**
 * Returns whether a failed statement may nevertheless have taken effect: its connection was lost before the response
 * arrived, or the server crashed during the commit (severity PANIC, with any SQLSTATE).
 */
export function isOutcomeUnknown(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause, severity } = error as {
    readonly code?: unknown;
    readonly message?: string;
    readonly cause?: unknown;
    readonly severity?: unknown;
  };
  if (severity === 'PANIC') return true;
  if (typeof code === 'string' && (DISCONNECT_SQLSTATE.test(code) || DISCONNECT_NETWORK.test(code))) return true;
  return DISCONNECT_MESSAGE.test(message ?? '') || isOutcomeUnknown(cause);
}
