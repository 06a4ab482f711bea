import { followerPosition } from '../../../../src/events/follower.store';
import { positionsLeft } from '../../../../src/platform/backlog-sql';
import { WISH_LEASE } from './wish-follower';

export const backlog = { wishes: positionsLeft(followerPosition(WISH_LEASE)) };
