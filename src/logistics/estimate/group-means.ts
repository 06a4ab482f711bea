import { RunningMean, runningMeanOf } from './running-mean';

/** Weight of the overall mean in the mean of a group, in observations. */
const SHRINKAGE = 20;

/** The mean of a number in each group, shrunk towards the overall mean. */
export class GroupMeans {
  private readonly groups = new Map<string, RunningMean>();
  private readonly overall = new RunningMean();

  add(group: string, value: number): void {
    runningMeanOf(this.groups, group).add(value);
    this.overall.add(value);
  }

  /** Returns the mean of the group; of an unknown group, the overall mean; without any value, 0. */
  meanOf(group: string): number {
    const overall = this.overall.count === 0 ? 0 : this.overall.mean;
    return this.groups.get(group)?.shrunkTo(overall, SHRINKAGE) ?? overall;
  }
}
