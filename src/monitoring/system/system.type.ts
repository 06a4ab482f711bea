import { Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { DateTime, Float, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import type { OperationFigures } from './operation-figures';
import type { ProcessKind } from './process-slice.store';

const ProcessKindEnum: Record<ProcessKind, ProcessKind> = enumType('ProcessKind', ['API', 'WORKER']);

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description: 'How one operation went over the last minute, in all API processes together.',
})
class OperationHealth implements OperationFigures {
  @Field(() => String, { description: 'Its root field; `several` of more than one, `none` of what is no operation.' })
  field!: string;

  @Field(() => Int, { description: 'Answers.' })
  count!: number;

  @Field(() => Float)
  perSecond!: number;

  @Field(() => Int, { description: 'Errors in its answers.' })
  errors!: number;

  @Field(() => Int, {
    description: 'Of them, those that no client can avoid: INTERNAL, TIMEOUT, UNAVAILABLE, OVERLOADED.',
  })
  failures!: number;

  @Field(() => Float, { nullable: true, description: 'Failures for each answer.' })
  failureRatio!: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds, as all latencies here; none without answers.' })
  mean!: number | null;

  @Field(() => Float, { nullable: true, description: 'Estimated from a histogram, as Prometheus does it.' })
  p50!: number | null;

  @Field(() => Float, { nullable: true })
  p95!: number | null;

  @Field(() => Float, { nullable: true })
  p99!: number | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class QueueHealth {
  @Field(() => String)
  queue!: string;

  @Field(() => Int, { description: 'Jobs that wait or run.' })
  jobs!: number;

  @Field(() => Int, { description: 'Jobs under way that no worker holds any more; another one takes them up.' })
  stalledJobs!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class StreamHealth {
  @Field(() => ID)
  stream!: string;

  @Field(() => Float, { description: 'How far its watermark is behind the clock; ten seconds where nothing waits.' })
  watermarkDelaySeconds!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class ModelHealth {
  @Field(() => String)
  kind!: string;

  @Field(() => Float, { description: 'Since the active version was fitted.' })
  ageSeconds!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class PostgresHealth {
  @Field(() => Float)
  roundTripSeconds!: number;

  @Field(() => Int, { description: 'Of all who use the database.' })
  connections!: number;

  @Field(() => Float, { description: 'Memory that it keeps pages in.' })
  sharedBuffersBytes!: number;

  @Field(() => Float, { nullable: true, description: 'On disk; looked at once a minute.' })
  databaseBytes!: number | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class RedisHealth {
  @Field(() => Float)
  roundTripSeconds!: number;

  @Field(() => Float)
  memoryBytes!: number;

  @Field(() => Int)
  clients!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'One that has told of itself in the last ten seconds.' })
export class ProcessHealth {
  @Field(() => ID)
  id!: string;

  @Field(() => ProcessKindEnum)
  kind!: ProcessKind;

  @Field(() => String, { description: 'The release that it runs.' })
  version!: string;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => Float)
  memoryBytes!: number;

  @Field(() => Float, { description: 'How late its event loop was, 99th percentile.' })
  eventLoopSeconds!: number;

  @Field(() => Int, { description: 'Open WebSocket connections.' })
  connections!: number;

  @Field(() => Int, { description: 'Open subscriptions.' })
  subscriptions!: number;

  @Field(() => Float, { description: 'Over HTTP and WebSocket.' })
  sentBytesPerSecond!: number;
}

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description:
    'How the shop runs, in all its processes: the same figures as at `/metrics`. What can’t be found out is null.',
})
export class System {
  @Field(() => DateTime)
  asOf!: Date;

  @Field(() => String, { description: 'The release that the answering process runs.' })
  version!: string;

  @Field(() => [OperationHealth], { description: 'Operations that were answered in the last minute, by root field.' })
  operations!: readonly OperationHealth[];

  @Field(() => Float, {
    nullable: true,
    description: 'How long the oldest accepted batch of events has waited for a worker.',
  })
  inboxOldestAgeSeconds!: number | null;

  @Field(() => Float, { nullable: true, description: 'Accepted events that are not in the log yet.' })
  inboxEvents!: number | null;

  @Field(() => Float, { nullable: true, description: 'Events that entered the log, over the last ten seconds.' })
  eventsPerSecond!: number | null;

  @Field(() => String, { nullable: true, description: 'The log’s newest position.' })
  position!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The position up to which the learner has told what it learned.',
  })
  learnerPosition!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How long the learner has made no progress although the log has; 0 while it follows the log.',
  })
  learnerStalledSeconds!: number | null;

  @Field(() => [QueueHealth])
  queues!: readonly QueueHealth[];

  @Field(() => [StreamHealth])
  streams!: readonly StreamHealth[];

  @Field(() => [ModelHealth], { description: 'Kinds of models that have an active version.' })
  models!: readonly ModelHealth[];

  @Field(() => PostgresHealth, { nullable: true })
  postgres!: PostgresHealth | null;

  @Field(() => RedisHealth, { nullable: true })
  redis!: RedisHealth | null;

  @Field(() => Int, { description: 'Open WebSocket connections, at all API processes.' })
  connections!: number;

  @Field(() => Int, { description: 'Open subscriptions, at all API processes.' })
  subscriptions!: number;

  @Field(() => Float, { description: 'Over HTTP and WebSocket, at all API processes.' })
  sentBytesPerSecond!: number;

  @Field(() => [ProcessHealth])
  processes!: readonly ProcessHealth[];

  @Field(() => Int, { nullable: true, description: 'Alerts that fire.' })
  alertsFiring!: number | null;
}
