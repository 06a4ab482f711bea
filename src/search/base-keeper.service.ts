import type { Platform } from '../platform/connect';
import { Lease } from '../platform/lease';
import type { Thread } from '../platform/thread';
import { BASE_ARTEFACT, BASE_LEASE } from './base-segment.service';
import { type KeptBase, startBaseThread } from './base-thread.service';
import { BASE_KEPT_TOPIC, BASE_WANTED_TOPIC, type BaseNews } from './search-names';

const LEASE_MS = 5_000;

/**
 * Builds the base segments that API processes request and stores them as artefacts. A lease lets one worker build at a
 * time.
 */
export class SearchBaseKeeper {
  private wanted = -1;
  private thread: Thread<KeptBase> | undefined;
  private closed = false;
  private readonly stopListening: () => void;

  constructor(private readonly platform: Platform) {
    this.stopListening = platform.pubSub.listen(BASE_WANTED_TOPIC, (message) => {
      this.wanted = Math.max(this.wanted, (JSON.parse(message.toString()) as BaseNews).position);
    });
  }

  async makeIfWanted(): Promise<void> {
    const { config, pool, log, artefacts } = this.platform;
    if (this.closed || this.wanted < 0) return;
    const newest = await artefacts.newest(BASE_ARTEFACT);
    if (newest !== null && newest.position >= this.wanted) return this.tell(newest.position);
    const lease = await Lease.acquire(pool, log, BASE_LEASE, LEASE_MS);
    if (lease === null) return; // another worker builds it
    let position = 0;
    try {
      if (this.closed) return;
      this.thread = startBaseThread({ config, keepAs: lease.token }, log);
      lease.keep(
        () => position,
        () => void this.thread?.terminate(),
      );
      const kept = await this.thread.ended;
      ({ position } = kept);
      log.info(kept, 'search base stored');
      this.tell(position);
    } finally {
      this.thread = undefined;
      await lease.release(position);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    await this.thread?.terminate();
  }

  private tell(position: number): void {
    if (this.wanted <= position) this.wanted = -1;
    this.platform.pubSub.publish(BASE_KEPT_TOPIC, { position } satisfies BaseNews);
  }
}
