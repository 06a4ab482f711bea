import type { WorkerContext } from '../../../../src/rooms/room';
import { running, runLoop } from '../../../../src/rooms/running';
import { WishFollower } from './wish-follower';

export const worker = (ctx: WorkerContext) => running(() => runLoop(new WishFollower(ctx)));
