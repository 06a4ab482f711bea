import pino from 'pino';
import { MissingArtefact } from '../../../../src/platform/artefacts';
import {
  ReplicatedState,
  type ReplicatedStateOptions,
  type StateSource,
} from '../../../../src/live-state/replication/replicated-state.read-model';

const SOURCE: StateSource<string> = {
  topic: 'state',
  requestTopic: 'state-wanted',
  artefact: 'state',
  lease: 'state',
  empty: () => 'nothing',
  *decodeInSteps(bytes) {
    yield;
    return Buffer.from(bytes).toString();
  },
  apply: () => undefined,
};

/** Checkpoints that their owner replaces each time after a reader has looked up the newest one. */
function following(replacements: number) {
  let newest = 1;
  let lookedUp = 0;
  const artefacts = {
    newest: () => {
      const position = newest;
      if (lookedUp++ < replacements) newest++;
      return Promise.resolve({ id: `${position}`, position, token: 1, minRelease: null });
    },
    load: (id: string) =>
      id === `${newest}` ? Promise.resolve(Buffer.from(`state ${id}`)) : Promise.reject(new MissingArtefact(id)),
  };
  const pubSub = { listen: () => () => undefined, onReconnect: () => () => undefined, publish: () => undefined };
  const pool = { query: () => Promise.resolve({ rows: [] }) };
  const log = pino({ enabled: false });
  return new ReplicatedState({ artefacts, pubSub, pool, log } as unknown as ReplicatedStateOptions, SOURCE);
}

it('starts with the newest checkpoint if the one that it was about to load has been replaced', async () => {
  const followed = following(3);
  await followed.start();
  expect(followed).toMatchObject({ state: 'state 4', position: 4 });
  await followed.close();
});

it('does not retry forever for a checkpoint that stays', async () => {
  await expect(following(Infinity).start()).rejects.toThrow(MissingArtefact);
});
