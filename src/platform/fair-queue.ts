/** Idle branches of a node beyond this number are removed once their use no longer matters. */
const MAX_IDLE_BRANCHES = 1_000;

/**
 * The place of a client among those who share something: what it belongs to from the widest to the narrowest, for
 * example its network, its address and its visit. The share of each level is divided equally among its branches.
 */
export type SharePath = readonly string[];

/** A level of sharing: its waiting items, or its branches. */
class Branch<T> {
  /** What has been used in this branch, on the scale of its siblings. */
  used = 0;
  /** Number of items that wait in this branch and below it. */
  waiting = 0;
  /** The least use among the branches that were served: a branch that was idle begins there, and saves up nothing. */
  private floor = 0;
  private readonly branches = new Map<string, Branch<T>>();
  private readonly items: T[] = [];

  push(path: SharePath, item: T, depth = 0): void {
    this.waiting++;
    const name = path[depth];
    if (name === undefined) return void this.items.push(item);
    const branch = this.branch(name);
    if (branch.waiting === 0 && branch.used < this.floor) branch.used = this.floor;
    branch.push(path, item, depth + 1);
  }

  /** Removes the next item. Call it only if one is waiting. */
  shift(): T {
    this.waiting--;
    if (this.items.length > 0) return this.items.shift()!;
    let next: Branch<T> | undefined;
    for (const branch of this.branches.values())
      if (branch.waiting > 0 && (next === undefined || branch.used < next.used)) next = branch;
    this.floor = Math.max(this.floor, next!.used);
    return next!.shift();
  }

  charge(path: SharePath, amount: number, depth = 0): void {
    this.used += amount;
    const name = path[depth];
    if (name !== undefined) this.branch(name).charge(path, amount, depth + 1);
  }

  private branch(name: string): Branch<T> {
    let branch = this.branches.get(name);
    if (branch !== undefined) return branch;
    if (this.branches.size >= MAX_IDLE_BRANCHES) this.removeIdle();
    branch = new Branch<T>();
    branch.used = this.floor;
    this.branches.set(name, branch);
    return branch;
  }

  /** Removes the idle branches that would begin at the floor. */
  private removeIdle(): void {
    for (const [name, { waiting, used }] of this.branches)
      if (waiting === 0 && used <= this.floor) this.branches.delete(name);
  }
}

/**
 * A queue that is fair at each level of its {@link SharePath}s: the next item is that of the branch that has used least,
 * however many items it has. Within the narrowest branch, items leave in the order in which they came. This is
 * start-time fair queueing (Goyal, Vin and Cheng 1996) with the use charged afterwards, because it is known only then.
 */
export class FairQueue<T> {
  private readonly root = new Branch<T>();

  /** Number of waiting items. */
  get size(): number {
    return this.root.waiting;
  }

  push(path: SharePath, item: T): void {
    this.root.push(path, item);
  }

  /** Removes and returns the next item; undefined if none waits. */
  shift(): T | undefined {
    return this.size === 0 ? undefined : this.root.shift();
  }

  /** Charges what serving an item took. The unit is the caller's. */
  charge(path: SharePath, amount: number): void {
    this.root.charge(path, amount);
  }
}
