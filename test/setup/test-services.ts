/** Starts PostgreSQL and Redis for one jest run, in a temporary folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServices } from '../../src/local-services/services';

export interface TestServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** A folder for test data. It is deleted with the services, and servers that run in it are ended. */
  readonly folder: string;
  /** Ends both services and deletes their folder. */
  end(): Promise<void>;
}

/**
 * Waits for the end of its standard input, which occurs when the parent process has ended for any reason. It then ends
 * every PostgreSQL and Redis that runs in the folder, and deletes the folder. The servers are ended immediately
 * (SIGQUIT, SIGKILL), because no data has to survive. The watchdog repeats the search for some seconds, because a
 * server may just have been starting. It also unmounts file systems that a test has left mounted in the folder.
 */
const WATCHDOG = `
cat > /dev/null
quiet=0
while [ $quiet -lt 4 ]; do
  quiet=$((quiet + 1))
  find "$1" -name postmaster.pid -o -name redis.pid > "$1/running"
  while read -r file; do
    [ -s "$file" ] || continue
    read -r pid < "$file"
    case "$file" in *postmaster.pid) kill -QUIT "$pid" ;; *) kill -KILL "$pid" ;; esac 2> /dev/null || continue
    [ -e "$1/clean" ] || quiet=0
    while kill -0 "$pid" 2> /dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2> /dev/null; do sleep 0.02; done
    rm -f "$file"
  done < "$1/running"
  [ -e "$1/clean" ] && break
  sleep 0.5
done
grep -s -o " $1/[^ ]*" /proc/mounts | while read -r mounted; do umount -l "$mounted"; done
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
    writeFileSync(path.join(folder, 'clean'), ''); // No server is starting any more.
    watchdog.ref(); // The process must wait for the watchdog.
    const gone = once(watchdog, 'exit');
    watchdog.stdin.end();
    await gone;
  };
  try {
    const services = await startServices(
      { databaseUrl: undefined, redisUrl: undefined, dataDir: folder },
      { fsync: false },
    );
    return { databaseUrl: services.databaseUrl, redisUrl: services.redisUrl, folder, end };
  } catch (error) {
    await end();
    throw error;
  }
}
