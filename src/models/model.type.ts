import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { enumType } from '../graphql/enum-type';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { Room } from '../rooms/room';
import { modelsOf } from './fitter';
import type { ModelJob as StoredJob, JobState } from './job.store';
import type { ModelKind } from './model-kind';
import type { StoredVersion } from './version.store';

/** The kinds of models by their names in the schema, see {@link nameModelKinds}. */
export const ModelKindEnum: Record<string, ModelKind> = {};
const descriptions: Record<string, { description: string }> = {};
registerEnumType(ModelKindEnum, {
  name: 'ModelKind',
  description: 'A model that is fitted in versions.',
  valuesConfig: descriptions,
});

/** Gives the schema that is built next the kinds of models of these rooms. */
export function nameModelKinds(rooms: readonly Room[]): void {
  for (const name of Object.keys(ModelKindEnum)) delete ModelKindEnum[name];
  for (const { kind, description } of modelsOf(rooms)) {
    ModelKindEnum[kind.toUpperCase()] = kind;
    descriptions[kind.toUpperCase()] = { description };
  }
}

const VerdictEnum: Record<StoredVersion['verdict'], StoredVersion['verdict']> = enumType(
  'ModelVerdict',
  ['PROMOTED', 'HELD', 'REFUSED'],
  'What became of a version when it had been fitted.',
  {
    PROMOTED: 'It became the active version, by the gate or by an operator.',
    HELD: 'It passed the gate, but another version is pinned, or was promoted while it was fitted.',
    REFUSED: 'The gate found it worse than what is active, or not sound. Its bytes are not kept.',
  },
);

const JobStateEnum: Record<JobState, JobState> = enumType(
  'JobState',
  ['QUEUED', 'RUNNING', 'DONE', 'FAILED'],
  'How far a job is. DONE and FAILED are its ends.',
);

const JobReasonEnum: Record<StoredJob['reason'], StoredJob['reason']> = enumType(
  'JobReason',
  ['OPERATOR', 'EVENTS', 'SCHEDULE', 'UPGRADE'],
  'Why there is a job.',
  {
    OPERATOR: 'Somebody asked for it.',
    EVENTS: 'The log has grown enough.',
    SCHEDULE: 'The last one is a day old.',
    UPGRADE: 'The active version was fitted in the format of another release.',
  },
);

@Scoped('ADMIN')
@ObjectType({ description: 'One fitted version of a model.' })
export class ModelVersion {
  @Field(() => ID)
  id!: string;

  @Field(() => ModelKindEnum)
  kind!: ModelKind;

  @Field(() => Int, { description: 'Counts the versions of its kind, from 1.' })
  number!: number;

  @Field(() => Boolean)
  active!: boolean;

  @Field(() => Boolean, { description: 'Active because an operator chose it: refreshes promote nothing meanwhile.' })
  pinned!: boolean;

  @Field(() => VerdictEnum)
  verdict!: StoredVersion['verdict'];

  @Field(() => [String], { description: 'Why it was not promoted.' })
  reasons!: readonly string[];

  @Field(() => [String], {
    description: 'What the gate noticed without refusing the version for it, such as a base rate that has drifted.',
  })
  warnings!: readonly string[];

  @Field(() => ID, {
    nullable: true,
    description: 'The version that was active when its fit began, which it was compared with.',
  })
  parent!: string | null;

  @Field(() => String, { description: "The log's position up to which it was fitted." })
  position!: string;

  @Field(() => String, { description: 'SHA-256 over the identities of the events it was fitted on, in hex.' })
  dataHash!: string;

  @Field(() => Int)
  seed!: number;

  @Field(() => JSONObject, { description: 'What was set and what the program chose.' })
  parameters!: Record<string, unknown>;

  @Field(() => JSONObject, {
    description: 'What was measured on held-out time, beside the active version and popularity.',
  })
  figures!: Record<string, unknown>;

  @Field(() => Float, { description: 'How long it took to fit.' })
  seconds!: number;

  @Field(() => Int, { nullable: true, description: 'Its size; null where it is not kept, and can not be promoted.' })
  bytes!: number | null;

  @Field(() => DateTime)
  fittedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  promotedAt!: Date | null;
}

@Scoped('ADMIN')
@ObjectType({ description: 'Work that takes long.' })
export class Job {
  @Field(() => ID)
  id!: string;

  @Field(() => ModelKindEnum, { description: 'What is refreshed.' })
  model!: ModelKind;

  @Field(() => JobStateEnum)
  state!: JobState;

  @Field(() => JobReasonEnum)
  reason!: StoredJob['reason'];

  @Field(() => Float, { description: 'From 0 to 1.' })
  progress!: number;

  @Field(() => String, { nullable: true, description: 'What it is at, for people.' })
  stage!: string | null;

  @Field(() => Int, { description: 'Begun so far; the third that fails is the last.' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Why an attempt failed.' })
  error!: string | null;

  @Field(() => ModelVersion, {
    nullable: true,
    description: 'What came of it; null where there was too little to learn from.',
  })
  version!: ModelVersion | null;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  endedAt!: Date | null;
}

export const ModelVersionConnection = connectionOf(ModelVersion, 'ModelVersion', 'ADMIN');
export type ModelVersionConnection = ConnectionPage<ModelVersion>;

@Scoped('ADMIN')
@ObjectType({ description: 'A model and its versions.' })
export class Model {
  @Field(() => ModelKindEnum)
  kind!: ModelKind;

  @Field(() => ModelVersion, {
    nullable: true,
    description: 'What is answered with; null while no version passed the gate.',
  })
  active!: ModelVersion | null;

  @Field(() => Boolean, {
    description: 'An operator chose what is active, or that nothing is: refreshes promote nothing meanwhile.',
  })
  pinned!: boolean;

  @Field(() => Job, { nullable: true, description: 'The refresh that is under way or waits.' })
  job!: Job | null;
}

@InputType()
export class RefreshModelInput {
  @Field(() => ModelKindEnum)
  kind!: ModelKind;
}

@InputType()
export class PromoteModelInput {
  @Field(() => ID)
  versionId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Keep it until it is unpinned (by promoting a version without this), whatever refreshes bring.',
  })
  pin!: boolean;
}

@InputType()
export class RollbackModelInput {
  @Field(() => ModelKindEnum)
  kind!: ModelKind;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Back to answering without any version, as before the first one: SEARCH by weights set by hand, BLEND by popularity.',
  })
  toNone!: boolean;
}

@Scoped('ADMIN')
@ObjectType()
export class RefreshModelPayload extends ItemErrorsPayload {
  @Field(() => Job, { nullable: true, description: 'A new one, or the one that is under way.' })
  job!: Job | null;
}

@Scoped('ADMIN')
@ObjectType()
export class ModelVersionPayload extends ItemErrorsPayload {
  @Field(() => ModelVersion, { nullable: true, description: 'The version that is active now.' })
  version!: ModelVersion | null;
}
