/**
 * Runs a test without what it writes to standard error: jest takes the words of a process that ran out of memory for its
 * own worker's, wherever it reads them.
 */
export async function unprinted<T>(run: () => Promise<T>): Promise<T> {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return await run();
  } finally {
    write.mockRestore();
  }
}
