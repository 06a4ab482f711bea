/** In production nothing is started on the side: ends with one line for each service that the environment does not name. */
export function requireServices() {
  const missing = ['DATABASE_URL', 'REDIS_URL'].filter((name) => !process.env[name]);
  for (const name of missing)
    process.stderr.write(`${name} is not set: this process needs it ("npm start" brings its own).\n`);
  if (missing.length > 0) process.exit(1);
}
