import {
  ReplicatedState,
  type ReplicatedStateOptions,
} from '../../../../src/live-state/replication/replicated-state.read-model';
import { decodeStateMessage, encodeStateMessage } from '../../../../src/live-state/replication/state-message';

const message = { kind: 'delta', from: 0, to: 5, token: 2, delta: Uint8Array.of(1, 2, 3) } as const;

describe('a message of the owner of a state', () => {
  it('is read as it was written, with the oldest release that can read its delta', () => {
    expect(decodeStateMessage(encodeStateMessage(message))).toMatchObject({ ...message, minRelease: '0.3.0' });
    expect(decodeStateMessage(encodeStateMessage(message, [12, 345, 6])).minRelease).toBe('12.345.6');
    expect(() => decodeStateMessage(Buffer.alloc(30))).toThrow('not a state message');
    expect(() => decodeStateMessage(Buffer.alloc(31, 9))).toThrow('not a state message');
  });

  it('whose delta needs a newer release is skipped and logged once, and others are applied', async () => {
    const logged: unknown[] = [];
    let hear: (bytes: Buffer) => void = () => undefined;
    const options = {
      pool: { query: () => Promise.resolve({ rows: [] }) },
      pubSub: {
        listen: (_topic: string, listener: typeof hear) => {
          hear = listener;
          return () => undefined;
        },
        onReconnect: () => () => undefined,
        publish: () => undefined,
      },
      artefacts: { newest: () => Promise.resolve(null) },
      log: { error: (fields: unknown) => logged.push(fields), warn: () => undefined, debug: () => undefined },
    };
    const followed = new ReplicatedState<number[]>(options as unknown as ReplicatedStateOptions, {
      topic: 'state',
      requestTopic: 'request',
      artefact: 'a state',
      lease: 'owner',
      empty: () => [],
      decodeInSteps: () => {
        throw new Error('there is no checkpoint');
      },
      apply: (state, delta) => state.push(...delta),
    });
    await followed.start();
    for (let n = 0; n < 2; n++) hear(encodeStateMessage(message, [99, 0, 0]));
    expect([followed.position, followed.state]).toEqual([0, []]);
    expect(logged).toEqual([{ state: 'a state', error: expect.stringContaining('99.0.0') as string }]);
    hear(encodeStateMessage(message));
    expect([followed.position, followed.state]).toEqual([5, [1, 2, 3]]);
    await followed.close();
  });
});
