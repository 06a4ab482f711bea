import path from 'node:path';

/** The programs in `workers/` that run in a thread or a process of their own. */
export const PROGRAMS = [
  'ease.thread',
  'learner-lease.thread',
  'learner.thread',
  'refresh.process',
  'search-base.thread',
] as const;

export type Program = (typeof PROGRAMS)[number];

/** Returns the absolute path of a program's built file, even if the caller runs from source, as in tests. */
export function programFile(program: Program): string {
  const root = path.join(__dirname, '../..'); // dist, or the checkout
  return path.join(root, __filename.endsWith('.ts') ? 'dist' : '', 'workers', `${program}.js`);
}
