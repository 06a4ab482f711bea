/** PostgreSQL and Redis for one run of jest, in a folder of their own that nobody needs afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServices } from '../../src/platform/services';

export interface TestServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Ends both and removes their folder. */
  end(): Promise<void>;
}

/**
 * Waits for the end of its standard input, which comes when whoever started it is gone, however that happened; then ends
 * what runs in the folder and removes it. It looks for some time, because a server may just have been starting. Nothing
 * in the folder has to survive, so PostgreSQL is told to end at once (SIGQUIT).
 */
const WATCHDOG = `
cat > /dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  found=0
  for file in "$1"/postgres/data/postmaster.pid "$1"/postgres/data.new/postmaster.pid "$1"/redis/redis.pid; do
    [ -s "$file" ] || continue
    found=1
    read -r pid < "$file"
    case "$file" in *postmaster.pid) kill -QUIT "$pid" ;; *) kill -KILL "$pid" ;; esac 2> /dev/null
    while kill -0 "$pid" 2> /dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2> /dev/null; do sleep 0.02; done
    rm -f "$file"
  done
  if [ "$found" = 1 ] || [ "$2" = clean ]; then break; fi
  sleep 0.5
done
rm -rf "$1"
`;

export async function startTestServices(): Promise<TestServices> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-test-'));
  chmodSync(folder, 0o711); // PostgreSQL may have to run as another user
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'freshet-test-watchdog', folder], {
    detached: true, // Ctrl-C must not reach it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  const end = async () => {
    const gone = once(watchdog, 'exit');
    watchdog.stdin.end();
    await gone;
  };
  try {
    const services = await startServices({ databaseUrl: undefined, redisUrl: undefined, dataDir: folder }, { fsync: false });
    return { databaseUrl: services.databaseUrl, redisUrl: services.redisUrl, end };
  } catch (error) {
    await end();
    throw error;
  }
}
