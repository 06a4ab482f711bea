/**
 * Running a program that refuses to run as root. Where this process is root, as in most containers, such a program runs as
 * the system's user `postgres`, which is made if it does not exist.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program: what to pass to `spawn`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { uid?: number; gid?: number };
}

/** The user to step down to, `undefined` where this process is not root and need not. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp() ?? create();
}

/**
 * Starts `command` as `user`. The folders above the program and above its data may be closed to that user (a clone in
 * /root, a folder from mktemp): then it is started with the one right to pass through them, instead of opening
 * somebody's folders to everybody.
 *
 * @param reaches absolute paths that the program has to get to
 * @throws Error in one line where neither is possible
 */
export function launchAs(
  user: User | undefined,
  command: string,
  args: readonly string[],
  reaches: readonly string[],
): Launch {
  if (!user) return { command, args, options: {} };
  const closed = reaches.flatMap(foldersAbove).find((folder) => !mayEnter(user, folder));
  if (closed === undefined) return { command, args, options: { uid: user.uid, gid: user.gid } };
  const right = passageRight();
  if (!right) {
    throw new Error(
      `PostgreSQL can't run as root, and its user (${user.uid}) can't enter ${closed}: chmod o+x ${closed}, ` +
        `or run Freshet as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  // Without no_setuid_fixup, access(2) takes no notice of a capability, and initdb looks for its programs with that.
  const rights = [`--inh-caps=+${right}`, `--ambient-caps=+${right}`, '--securebits=+no_setuid_fixup'];
  return { command: 'setpriv', args: [...identity, ...rights, '--', command, ...args], options: {} };
}

function lookUp(): User | undefined {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function create(): User {
  try {
    const nobodyLogsIn = ['--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', ['--system', '--user-group', ...nobodyLogsIn, 'postgres'], { stdio: 'pipe' });
  } catch (error) {
    const why = (error as Error).message.split('\n', 1)[0];
    throw new Error(
      `PostgreSQL can't run as root, and no user "postgres" could be made (${why}): run Freshet as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const user = lookUp();
  if (!user) throw new Error('The user "postgres" was made but is not known to this system.');
  return user;
}

function foldersAbove(file: string): string[] {
  const parent = path.dirname(file);
  return parent === file ? [] : [...foldersAbove(parent), parent];
}

function mayEnter(user: User, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** The least capability of Linux that passes through closed folders, of those this process may hand on. */
function passageRight(): 'dac_read_search' | 'dac_override' | undefined {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'pipe' });
    const permitted = BigInt(`0x${/^CapPrm:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
    if (!(permitted & (1n << 8n))) return undefined; // CAP_SETPCAP, to set no_setuid_fixup
    if (permitted & (1n << 2n)) return 'dac_read_search';
    if (permitted & (1n << 1n)) return 'dac_override';
  } catch {
    // No Linux, or no setpriv.
  }
  return undefined;
}
