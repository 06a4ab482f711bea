/** What the network says when there is no PostgreSQL, or none any more. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** SQLSTATE: connection exceptions, no space or memory, shut down or starting up, a transaction that was idle too long. */
const SQLSTATE = /^(08...|53...|57P0[1-5]|25P03)$/;
/** Prisma's: not reached, timed out, closed the connection, no connection free. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);
/** node-postgres says these without a code. */
const MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether an error says that the database is away or can take nothing now: the same may be asked again. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATE.test(code) || PRISMA.has(code))) return true;
  return MESSAGE.test(error.message) || isUnreachable(error.cause);
}
