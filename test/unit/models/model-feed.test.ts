import pino from 'pino';
import type { ModelKind } from '../../../src/models/model-kind';
import { ModelFeed } from '../../../src/models/model-feed.service';
import type { ModelService } from '../../../src/models/model.service';
import type { RedisPubSub } from '../../../src/platform/pubsub';

/** A process that serves the version `served`, and whose version `active` in the database changes. */
class Process {
  active = 'first';
  served = 'first';
  unreadable = '';
  announce: () => void = () => undefined;
  load: () => Promise<void> = async () => undefined;
  private readonly segments = {
    kind: 'segments' as const,
    refresh: async () => {
      if (this.served !== this.active && this.active !== this.unreadable) await this.load();
      return this.served;
    },
    cannotServe: (id: string) => id === this.unreadable,
  };
  readonly feed = new ModelFeed(
    {
      model: (kind: ModelKind) => Promise.resolve({ kind, active: { id: this.active } }),
    } as unknown as ModelService,
    () => [this.segments],
    {
      listen: (_: string, listener: () => void) => ((this.announce = listener), () => undefined),
    } as unknown as RedisPubSub,
    pino({ enabled: false }),
  );

  /** Promotes a version and announces it. Its load ends when `finish` is called, or fails. */
  promote(id: string): { readonly finish: (isLoaded: boolean) => void } {
    let end: (isLoaded: boolean) => void = () => undefined;
    const loaded = new Promise<boolean>((resolve) => (end = resolve));
    this.active = id;
    this.load = async () => {
      if (await loaded) this.served = id;
    };
    this.announce();
    return { finish: end };
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('the stream of models', () => {
  it('publishes a new active version once this process serves it', async () => {
    const process = new Process();
    const updates = await process.feed.openModels(['segments']);
    expect(await updates.next()).toMatchObject({ value: { active: { id: 'first' } } });
    const { finish } = process.promote('second');
    let published = false;
    const next = updates.next().then((update) => {
      published = true;
      expect(process.served).toBe('second');
      return update;
    });
    await soon();
    expect(published).toBe(false);
    finish(true);
    expect(await next).toMatchObject({ value: { active: { id: 'second' } } });
    await updates.return?.();
  });

  it('publishes it after a load has failed and a later one has succeeded', async () => {
    const process = new Process();
    const updates = await process.feed.openModels(['segments']);
    await updates.next();
    process.promote('second').finish(false);
    let published = false;
    const next = updates.next().then((update) => ((published = true), update));
    await soon();
    expect(published).toBe(false);
    process.promote('second').finish(true);
    expect(await next).toMatchObject({ value: { active: { id: 'second' } } });
    await updates.return?.();
  });

  it('publishes the first state in any case, and again when this process serves it', async () => {
    const process = new Process();
    process.promote('second').finish(false);
    const updates = await process.feed.openModels(['segments']);
    expect(await updates.next()).toMatchObject({ value: { active: { id: 'second' } } });
    process.promote('second').finish(true);
    expect(await updates.next()).toMatchObject({ value: { active: { id: 'second' } } });
    expect(process.served).toBe('second');
    await updates.return?.();
  });

  it('publishes a version that this process can’t read', async () => {
    const process = new Process();
    const updates = await process.feed.openModels(['segments']);
    await updates.next();
    process.unreadable = 'second';
    process.promote('second');
    expect(await updates.next()).toMatchObject({ value: { active: { id: 'second' } } });
    await updates.return?.();
  });
});
