/** Something that runs until it is stopped. `stop` resolves when it has ended. */
export interface Running {
  stop(): Promise<unknown>;
}

/** Returns the `start` and `stop` of a part that does nothing but begin these, and stop them at the same time. */
export function running(...begin: readonly (() => Running)[]): {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
} {
  let begun: readonly Running[] = [];
  return {
    start: () => void (begun = begin.map((each) => each())),
    stop: async () => void (await Promise.all(begun.map((each) => each.stop()))),
  };
}

/** Runs a loop until it is stopped. */
export function runLoop(loop: { run(): Promise<void>; close(): void }): Running {
  const ended = loop.run();
  return {
    stop: () => {
      loop.close();
      return ended;
    },
  };
}
