import { programFile } from '../platform/program-file';
import { superviseThread } from '../platform/thread';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';

/** Runs the learner in threads of their own; see `LearnerSupervisor`. */
export function worker({ config, log }: WorkerContext) {
  return running(() => superviseThread(programFile('learner-lease.thread'), log, config));
}
