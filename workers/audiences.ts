import { AudienceMaintainer } from '../src/customers/audiences/audience-maintainer.service';
import type { Platform } from '../src/platform/connect';

/** Maintains the members of audiences, in one worker at a time. */
export function startAudiences(platform: Platform): { stop(): Promise<void> } {
  const maintainer = new AudienceMaintainer(platform);
  const running = maintainer.run();
  return {
    stop: async () => {
      maintainer.close();
      await running;
    },
  };
}
