import type { CheckResult } from '../platform/checks';
import type { Platform } from '../platform/connect';
import type { Room } from '../rooms/room';

declare module '../rooms/room' {
  interface RoomStatics {
    /** What `freshet doctor` finds out about the room. It reads only. */
    readonly checks?: () => Promise<{
      readonly checks: (platform: Platform, rooms: readonly Room[]) => Promise<readonly CheckResult[]>;
    }>;
  }
}

/** Checks the state of a shop, room by room. */
export async function* examineShop(platform: Platform, rooms: readonly Room[]): AsyncGenerator<CheckResult> {
  for (const room of rooms) yield* (await (await room.checks?.())?.checks(platform, rooms)) ?? [];
}
