/**
 * Runs a test without its output to standard error: jest would mistake the message of a process that ran out of memory
 * for that of its own worker.
 */
export async function unprinted<T>(run: () => Promise<T>): Promise<T> {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return await run();
  } finally {
    write.mockRestore();
  }
}
