/** A branch has at most about this many branches that wait for nothing. The oldest of them are forgotten. */
const MAX_IDLE_BRANCHES = 250;

/**
 * The place of a client among those who share something: what it belongs to from the widest to the narrowest, for
 * example its network, its address and its visit. The share of each level is divided equally among its branches.
 */
export type SharePath = readonly string[];

/**
 * What a branch may save up while it waits for nothing: who has asked for less than its share takes up to this much
 * before those who ask all the time.
 */
export interface Saving {
  readonly max: number;
  /** The first level of paths whose branches save up something. */
  readonly fromLevel: number;
}

const NO_SAVING: Saving = { max: 0, fromLevel: 0 };

/** A level of sharing: its waiting items, or its branches. */
class Branch<T> {
  /** What has been used in this branch, on the scale of its siblings. */
  used = 0;
  /** Number of items that wait in this branch and below it. */
  waiting = 0;
  /** The least use among the branches that were served. */
  private floor = 0;
  private readonly branches = new Map<string, Branch<T>>();
  private readonly waitingBranches = new Set<Branch<T>>();
  private readonly items: T[] = [];

  /** @param saving see {@link FairQueue} */
  constructor(private readonly saving: Saving) {}

  push(path: SharePath, item: T, depth = 0): void {
    this.waiting++;
    const name = path[depth];
    if (name === undefined) return void this.items.push(item);
    const branch = this.branch(name);
    if (branch.waiting === 0) {
      const saved = depth >= this.saving.fromLevel ? this.saving.max : 0;
      branch.used = Math.max(branch.used, this.floor - saved);
      this.waitingBranches.add(branch);
    }
    branch.push(path, item, depth + 1);
  }

  /** Removes the next item. Call it only if one is waiting. */
  shift(): T {
    this.waiting--;
    if (this.items.length > 0) return this.items.shift()!;
    let next: Branch<T> | undefined;
    for (const branch of this.waitingBranches) if (next === undefined || branch.used < next.used) next = branch;
    this.floor = Math.max(this.floor, next!.used);
    const item = next!.shift();
    if (next!.waiting === 0) this.waitingBranches.delete(next!);
    return item;
  }

  /** Removes a waiting item. @returns false if it does not wait */
  remove(path: SharePath, item: T, depth = 0): boolean {
    const name = path[depth];
    if (name === undefined) {
      const at = this.items.indexOf(item);
      if (at < 0) return false;
      this.items.splice(at, 1);
    } else {
      const branch = this.branches.get(name);
      if (branch?.remove(path, item, depth + 1) !== true) return false;
      if (branch.waiting === 0) this.waitingBranches.delete(branch);
    }
    this.waiting--;
    return true;
  }

  /** Returns the number of items that wait in the branch of a path. */
  waitingAt(path: SharePath, depth = 0): number {
    const name = path[depth];
    return name === undefined ? this.waiting : (this.branches.get(name)?.waitingAt(path, depth + 1) ?? 0);
  }

  charge(path: SharePath, amount: number, depth = 0): void {
    this.used += amount;
    const name = path[depth];
    if (name !== undefined) this.branch(name).charge(path, amount, depth + 1);
  }

  private branch(name: string): Branch<T> {
    let branch = this.branches.get(name);
    if (branch !== undefined) return branch;
    if (this.branches.size - this.waitingBranches.size >= 2 * MAX_IDLE_BRANCHES) this.removeIdle();
    branch = new Branch<T>(this.saving);
    branch.used = this.floor;
    this.branches.set(name, branch);
    return branch;
  }

  private removeIdle(): void {
    let surplus = MAX_IDLE_BRANCHES;
    for (const [name, { waiting }] of this.branches) {
      if (waiting > 0) continue;
      this.branches.delete(name);
      if (--surplus === 0) return;
    }
  }
}

/**
 * A queue that is fair at each level of its {@link SharePath}s: the next item is that of the branch that has used least,
 * however many items it has. Within the narrowest branch, items leave in the order in which they came. This is
 * start-time fair queueing (Goyal, Vin and Cheng 1996) with the use charged afterwards, because it is known only then.
 */
export class FairQueue<T> {
  private readonly root: Branch<T>;

  constructor(saving: Saving = NO_SAVING) {
    this.root = new Branch<T>(saving);
  }

  /** Number of waiting items. */
  get size(): number {
    return this.root.waiting;
  }

  push(path: SharePath, item: T): void {
    this.root.push(path, item);
  }

  /** Returns the number of items that wait in a branch: those with paths that begin with this one. */
  waitingAt(path: SharePath): number {
    return this.root.waitingAt(path);
  }

  /** Removes and returns the next item; undefined if none waits. */
  shift(): T | undefined {
    return this.size === 0 ? undefined : this.root.shift();
  }

  /** Removes a waiting item. @returns false if it does not wait */
  remove(path: SharePath, item: T): boolean {
    return this.root.remove(path, item);
  }

  /** Records an item that is served immediately, because none waits, as if it had waited. */
  recordImmediate(path: SharePath, item: T): void {
    this.push(path, item);
    this.shift();
  }

  /** Charges what serving an item took. The unit is the caller's. */
  charge(path: SharePath, amount: number): void {
    this.root.charge(path, amount);
  }
}
