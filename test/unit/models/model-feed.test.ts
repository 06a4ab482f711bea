import pino from 'pino';
import type { ModelKind } from '../../../src/models/model-kind';
import { ModelFeed } from '../../../src/models/model-feed.service';
import type { ModelService } from '../../../src/models/model.service';
import type { RedisPubSub } from '../../../src/platform/pubsub';

describe('the stream of models', () => {
  it('publishes a new active version once this process serves it', async () => {
    let active = 'first';
    let served = 'first';
    let announce: () => void = () => undefined;
    let load: () => void = () => undefined;
    const models = { model: (kind: ModelKind) => Promise.resolve({ kind, active: { id: active } }) };
    const segments = {
      kind: 'segments' as const,
      refresh: async () => {
        if (served !== active) await new Promise<void>((resolve) => (load = resolve));
        served = active;
      },
    };
    const feed = new ModelFeed(
      models as unknown as ModelService,
      () => [segments],
      {
        listen: (_: string, listener: () => void) => ((announce = listener), () => undefined),
      } as unknown as RedisPubSub,
      pino({ enabled: false }),
    );
    const updates = await feed.openModels('segments');
    expect(await updates.next()).toMatchObject({ value: { active: { id: 'first' } } });
    active = 'second';
    announce();
    let published = false;
    const next = updates.next().then((update) => {
      published = true;
      expect(served).toBe('second');
      return update;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(published).toBe(false);
    load();
    expect(await next).toMatchObject({ value: { active: { id: 'second' } } });
    await updates.return?.();
  });
});
