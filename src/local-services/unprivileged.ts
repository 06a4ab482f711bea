/**
 * Runs PostgreSQL, which refuses to run as root. If this process is root, as in most containers, PostgreSQL runs as the
 * system user `postgres`, which is created if it does not exist.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The arguments to pass to `spawn`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { uid?: number; gid?: number };
}

/** Returns the user to run the program as; `undefined` if this process is not root. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findUser() ?? createUser();
}

/**
 * Returns how to start `command` as `user`. The user may be unable to enter the parent folders of the program or of its
 * data, for example if they are in /root or come from mktemp. The program then gets only the capability to pass through
 * them. The permissions of the folders stay unchanged.
 *
 * @param requiredPaths absolute paths that the program must be able to reach
 * @throws Error with a one-line message if the user can't be given access
 */
export function launchAs(
  user: User | undefined,
  command: string,
  args: readonly string[],
  requiredPaths: readonly string[],
): Launch {
  if (!user) return { command, args, options: {} };
  const inaccessibleFolder = requiredPaths.flatMap(foldersAbove).find((folder) => !mayEnter(user, folder));
  if (inaccessibleFolder === undefined) return { command, args, options: { uid: user.uid, gid: user.gid } };
  const capability = passageCapability();
  if (!capability) {
    throw new Error(
      `PostgreSQL can't run as root, and its user (${user.uid}) can't enter ${inaccessibleFolder}: chmod o+x ${inaccessibleFolder}, ` +
        `or run Freshet as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  // Without no_setuid_fixup, access(2) ignores the capability, and initdb uses access(2) to find its programs.
  const capabilityOptions = [
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
  return { command: 'setpriv', args: [...identity, ...capabilityOptions, '--', command, ...args], options: {} };
}

function findUser(): User | undefined {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function createUser(): User {
  try {
    const withoutLogin = ['--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', ['--system', '--user-group', ...withoutLogin, 'postgres'], { stdio: 'pipe' });
  } catch (error) {
    const why = (error as Error).message.split('\n', 1)[0];
    throw new Error(
      `PostgreSQL can't run as root, and the user "postgres" could not be created (${why}): run Freshet as an ordinary ` +
        'user, or set DATABASE_URL.',
    );
  }
  const user = findUser();
  if (!user)
    throw new Error('The user "postgres" was created, but `id postgres` does not find it: run as an ordinary user.');
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

/**
 * Returns a Linux capability with which a child process may enter folders without permission. Returns the weakest one
 * that this process can pass on; undefined if there is none.
 */
function passageCapability(): 'dac_read_search' | 'dac_override' | undefined {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'pipe' });
    const permitted = BigInt(`0x${/^CapPrm:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
    if (!(permitted & (1n << 8n))) return undefined; // CAP_SETPCAP is needed to set no_setuid_fixup.
    if (permitted & (1n << 2n)) return 'dac_read_search';
    if (permitted & (1n << 1n)) return 'dac_override';
  } catch {
    // The system is not Linux, or setpriv is missing.
  }
  return undefined;
}
