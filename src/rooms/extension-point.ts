/** What one room adds to another, see {@link extensionPoint}. */
export interface Contribution {
  readonly point: ExtensionPoint<never>;
  readonly values: readonly unknown[];
}

/** A place of a room where rooms that stand later in the shop add something. The room knows nothing of them. */
export interface ExtensionPoint<T> {
  readonly name: string;
  /** Returns the contribution that a room adds. */
  with(...values: readonly T[]): Contribution;
}

/** Creates an extension point. Its room exports it, and reads what was added with `ctx.contributionsTo(point)`. */
export function extensionPoint<T>(name: string): ExtensionPoint<T> {
  const point: ExtensionPoint<T> = { name, with: (...values) => ({ point: point, values }) };
  return point;
}

/** The contributions of all rooms of a process. */
export class RoomContributions {
  private readonly values = new Map<ExtensionPoint<never>, unknown[]>();
  private isComplete = false;

  add(contributions: readonly Contribution[]): void {
    for (const { point, values } of contributions)
      this.values.set(point, [...(this.values.get(point) ?? []), ...values]);
  }

  /** Called when all rooms have added theirs. */
  complete(): void {
    this.isComplete = true;
  }

  /**
   * Returns what the rooms have added, in the order of the rooms.
   * @throws Error if rooms may still add something
   */
  to<T>(point: ExtensionPoint<T>): readonly T[] {
    if (!this.isComplete) throw new Error(`${point.name} is read before all rooms exist.`);
    return (this.values.get(point) ?? []) as T[];
  }
}
