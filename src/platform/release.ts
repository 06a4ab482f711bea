/** Compatibility between releases. Everything that is stored or sent names the oldest release that can read it. */
import { VERSION } from './version';

const RELEASE = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/;

/**
 * Thrown for stored or sent data that only a newer release can read. The message is one line that names the release.
 */
export class NewerReleaseError extends Error {
  constructor(
    what: string,
    readonly minRelease: string,
    release: string,
  ) {
    super(`${what} needs Freshet ${minRelease} or newer; this is ${release}`);
    this.name = 'NewerReleaseError';
  }
}

/**
 * Returns whether `release` is `minRelease` or newer. A suffix (`-rc.1`) is ignored.
 * @throws Error for a malformed number
 */
export function isAtLeast(release: string, minRelease: string): boolean {
  const [major, minor, patch] = releaseNumbers(release);
  const [minMajor, minMinor, minPatch] = releaseNumbers(minRelease);
  if (major !== minMajor) return major > minMajor;
  return minor === minMinor ? patch >= minPatch : minor > minMinor;
}

/**
 * Checks that this release can read data whose header names `minRelease`. Every release can read data without a header.
 * @param what the data to read, as the subject of a sentence: `The checkpoint`
 * @throws NewerReleaseError
 */
export function requireRelease(minRelease: string | null | undefined, what: string, release = VERSION): void {
  if (minRelease == null || isAtLeast(release, minRelease)) return;
  throw new NewerReleaseError(what, minRelease, release);
}

/**
 * Returns an SQL condition that selects the rows that this release can read. `column` names the oldest release that can
 * read the row; if it is null, every release can.
 */
export function isReadableSql(column: string, release = VERSION): string {
  return `(${column} IS NULL OR string_to_array(${column}, '.')::int[] <= ARRAY[${releaseNumbers(release).join(', ')}])`;
}

/** Returns MAJOR, MINOR and PATCH. @throws Error for a malformed number */
function releaseNumbers(release: string): [number, number, number] {
  const parts = RELEASE.exec(release)?.slice(1, 4).map(Number);
  if (!parts) throw new Error(`"${release}" is not a release number: expected MAJOR.MINOR.PATCH.`);
  return parts as [number, number, number];
}
