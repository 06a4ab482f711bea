const SWEEP_MS = 500;

/** A connection on which bytes may wait because its client does not read them. */
export interface Reader {
  /** Key of the client in the limits of an address; null: not limited. See `clientKey`. */
  readonly limitKey: () => string | null;
  readonly unreadBytes: () => number;
  /** Ends the connection at once, so that what waits on it is dropped. */
  readonly end: () => void;
}

/**
 * Bounds the bytes that wait to be sent to each client address, on all its connections. Beyond the limit, those with the
 * most waiting bytes are ended.
 */
export class UnreadBytes {
  private readonly readers = new Set<Reader>();
  private readonly sweeping: NodeJS.Timeout;

  constructor(private readonly maxBytes: number) {
    this.sweeping = setInterval(() => this.sweep(), SWEEP_MS);
    this.sweeping.unref();
  }

  /** Watches a connection until the returned function is called. */
  watch(reader: Reader): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  stop(): void {
    clearInterval(this.sweeping);
  }

  private sweep(): void {
    const waiting = new Map<string, { readonly bytes: number; readonly reader: Reader }[]>();
    for (const reader of this.readers) {
      // Almost all clients have read everything, and the key takes longer than the bytes.
      const bytes = reader.unreadBytes();
      const key = bytes === 0 ? null : reader.limitKey();
      if (key === null) continue;
      const ofClient = waiting.get(key);
      if (ofClient === undefined) waiting.set(key, [{ bytes, reader }]);
      else ofClient.push({ bytes, reader });
    }
    for (const ofClient of waiting.values()) {
      let total = ofClient.reduce((sum, { bytes }) => sum + bytes, 0);
      if (total <= this.maxBytes) continue;
      for (const { bytes, reader } of ofClient.sort((a, b) => b.bytes - a.bytes)) {
        if (total <= this.maxBytes) break;
        reader.end();
        total -= bytes;
      }
    }
  }
}
