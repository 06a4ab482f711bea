/** If more sessions change, the full state is smaller and faster to load than the changes. */
const MAX_CHANGES = 50_000;

/** What identifies a session. */
export interface SessionKey {
  readonly subject: number;
  readonly order: number;
  readonly start: number;
}

/** Which sessions of a table have changed since the last delta. */
export class SessionChanges {
  /** Indexes of sessions that were created or extended. */
  readonly changed = new Set<number>();
  readonly deleted: SessionKey[] = [];
  private values = 0;
  private isFull = false;

  /** Number of values in a delta. Some may be counted repeatedly. Infinity if the full state must be sent. */
  get pending(): number {
    return this.isFull ? Infinity : this.values + this.deleted.length;
  }

  /** @param products number of products of the session before the change */
  add(session: number, products: number): void {
    if (this.isFull) return;
    this.values += this.changed.has(session) ? 1 : 1 + products;
    this.changed.add(session);
    this.limit();
  }

  delete(session: number, key: SessionKey): void {
    if (this.isFull) return;
    this.changed.delete(session);
    this.deleted.push(key);
    this.limit();
  }

  /** Removes a session that replicas delete by themselves. */
  forget(session: number): void {
    this.changed.delete(session);
  }

  clear(): void {
    this.changed.clear();
    this.deleted.length = 0;
    this.values = 0;
    this.isFull = false;
  }

  private limit(): void {
    if (this.changed.size + this.deleted.length <= MAX_CHANGES) return;
    this.clear();
    this.isFull = true;
  }
}
