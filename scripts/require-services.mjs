/**
 * In production nothing is started on the side: ends with one line for each service that the environment does not name.
 * @param {string[]} others what this process needs beside PostgreSQL and Redis
 */
export function requireServices(others = []) {
  const brought = ['DATABASE_URL', 'REDIS_URL'].filter((name) => !process.env[name]);
  const named = others.filter((name) => !process.env[name]);
  for (const name of brought)
    process.stderr.write(`${name} is not set: this process needs it ("npm start" brings its own).\n`);
  for (const name of named) process.stderr.write(`${name} is not set: this process needs it (docs/sources.md).\n`);
  if (brought.length + named.length > 0) process.exit(1);
}
