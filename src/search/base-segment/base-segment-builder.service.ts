import type { Platform } from '../../platform/connect';
import { withLease, type Lease } from '../../platform/lease';
import type { Thread } from '../../platform/thread';
import { BASE_ARTEFACT, BASE_LEASE } from './build-base-segment';
import { type StoredBaseSegment, startBaseThread } from './base-segment-thread';
import { BASE_STORED_TOPIC, BASE_REQUESTED_TOPIC, type BasePositionMessage } from '../search-topics';

const LEASE_MS = 5_000;

/**
 * Builds a base segment (a search index of the whole catalog) when an API process requests one, and stores it as an
 * artefact. A lease ensures that only one worker builds at a time.
 */
export class BaseSegmentBuilder {
  private requestedPosition = -1;
  private thread: Thread<StoredBaseSegment> | undefined;
  private closed = false;
  private readonly stopListening: () => void;

  constructor(private readonly platform: Platform) {
    this.stopListening = platform.pubSub.listen(BASE_REQUESTED_TOPIC, (message) => {
      this.requestedPosition = Math.max(
        this.requestedPosition,
        (JSON.parse(message.toString()) as BasePositionMessage).position,
      );
    });
  }

  async buildIfRequested(): Promise<void> {
    const { config, pool, log, artefacts } = this.platform;
    if (this.closed || this.requestedPosition < 0) return;
    const newest = await artefacts.newest(BASE_ARTEFACT);
    if (newest !== null && newest.position >= this.requestedPosition) return this.announce(newest.position);
    let position = 0;
    const build = async ({ token }: Lease) => {
      if (this.closed) return;
      this.thread = startBaseThread({ config, keepAs: token }, log);
      const stored = await this.thread.ended.finally(() => (this.thread = undefined));
      ({ position } = stored);
      log.info(stored, 'search base stored');
      this.announce(position);
    };
    // Does nothing if another worker builds it.
    await withLease({ pool, log, name: BASE_LEASE, leaseMs: LEASE_MS }, build, {
      position: () => position,
      onLost: () => void this.thread?.terminate(),
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    await this.thread?.terminate();
  }

  private announce(position: number): void {
    if (this.requestedPosition <= position) this.requestedPosition = -1;
    this.platform.pubSub.publish(BASE_STORED_TOPIC, { position } satisfies BasePositionMessage);
  }
}
