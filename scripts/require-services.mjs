/**
 * Exits with one line for each required service that the environment does not name: in production, processes start no
 * services by themselves.
 * @param {string[]} others environment variables that this process needs in addition to PostgreSQL and Redis
 */
export function requireServices(others = []) {
  const brought = ['DATABASE_URL', 'REDIS_URL'].filter((name) => !process.env[name]);
  const named = others.filter((name) => !process.env[name]);
  for (const name of brought)
    process.stderr.write(`${name} is not set: this process needs it ("npm start" starts its own service).\n`);
  for (const name of named) process.stderr.write(`${name} is not set: this process needs it (see docs/sources.md).\n`);
  if (brought.length + named.length > 0) process.exit(1);
}
