import type { Queues } from '../platform/queues';
import type { JobStore, ModelJob as StoredJob } from './job.store';
import type { ModelKind } from './model-kind';
import type { Job, Model, ModelVersion } from './model.type';
import type { StoredVersion, VersionStore } from './version.store';

/** Reads models and jobs for operators, and starts refreshes. */
export class ModelService {
  constructor(
    private readonly versions: VersionStore,
    private readonly jobs: JobStore,
    private readonly queues: Pick<Queues, 'enqueue'>,
  ) {}

  async model(kind: ModelKind): Promise<Model> {
    const [active, pinned, job] = await Promise.all([
      this.versions.active(kind),
      this.versions.isPinned(kind),
      this.jobs.findOpen(kind),
    ]);
    return { kind, active: active && toModelVersion(active), pinned, job: job && (await this.withVersion(job)) };
  }

  async page(kind: ModelKind, before: number | undefined, count: number): Promise<ModelVersion[]> {
    return (await this.versions.page(kind, before, count)).map(toModelVersion);
  }

  async job(id: string): Promise<Job | null> {
    const job = await this.jobs.find(id);
    return job && this.withVersion(job);
  }

  async refresh(kind: ModelKind): Promise<Job> {
    const job = await this.jobs.request(kind, 'OPERATOR');
    this.queues.enqueue('refresh', { jobId: job.id }, job.id);
    return this.withVersion(job);
  }

  private async withVersion(job: StoredJob): Promise<Job> {
    const version = job.version === null ? null : await this.versions.find(job.version);
    return { ...job, version: version && toModelVersion(version) };
  }
}

export function toModelVersion({ position, ...version }: StoredVersion): ModelVersion {
  return { ...version, position: String(position) };
}
