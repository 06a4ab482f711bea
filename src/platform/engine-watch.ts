import type { Logger } from './log';
import { endOutage, mayLogOutage, type Engine } from './outage-lines';
import { findPostgresFault, findRedisFault, type ConnectionFault } from './reachable';

const INTERVAL_MS = 3_000;

/**
 * Watches by new connections whether PostgreSQL and Redis can be used: whether they take logins and writes. Connections
 * that are open may still work when new ones are refused.
 */
export class EngineWatch {
  private readonly faults = new Map<Engine, ConnectionFault>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly redisUrl: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {}

  /** Why the servers can't be used, as sentences. */
  get reasons(): string[] {
    return [...this.faults.values()].map(({ reason }) => reason);
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.look().finally(() => this.next());
    }, INTERVAL_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private next(): void {
    if (!this.stopped) this.start();
  }

  private async look(): Promise<void> {
    const [postgres, redis] = await Promise.all([
      findPostgresFault(this.databaseUrl),
      findRedisFault(this.redisUrl, this.namespace),
    ]);
    this.note('PostgreSQL', postgres);
    this.note('Redis', redis);
  }

  private note(engine: Engine, fault: ConnectionFault | undefined): void {
    if (fault !== undefined) {
      this.faults.set(engine, fault);
      if (mayLogOutage(engine, this.namespace))
        this.log.error({ reason: fault.reason, advice: fault.advice }, `${engine} can't be used`);
    } else if (this.faults.delete(engine)) {
      endOutage(engine, this.namespace);
      this.log.info(`${engine} can be used again`);
    }
  }
}
