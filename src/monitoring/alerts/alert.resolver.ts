import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { ID } from '../../graphql/scalars';
import { requireViewer } from '../../auth/identity';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../../graphql/connection';
import type { Context } from '../../graphql/context';
import { MAX_LIST_LENGTH, WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { isUuid } from '../../platform/uuid';
import { deliveriesOfAlert } from '../../webhooks/webhook.service';
import { WebhookDelivery } from '../../webhooks/webhook.type';
import { AlertStateEnum } from './alert-enums.type';
import { AlertFeed } from './alert-feed.service';
import { MAX_RULES, type AlertState } from './alert-rule';
import { AlertRuleService } from './alert-rule.service';
import { AlertService } from './alert.service';
import {
  AcknowledgeAlertInput,
  AcknowledgeAlertPayload,
  Alert,
  AlertConnection,
  AlertRule,
  AlertTransition,
  CreateAlertRuleInput,
  CreateAlertRulePayload,
  DeleteAlertRuleInput,
  DeleteAlertRulePayload,
  SilenceAlertRuleInput,
  SilenceAlertRulePayload,
  UpdateAlertRuleInput,
  UpdateAlertRulePayload,
} from './alert.type';

const CURSOR = 'alerts';
/** Cost of the SQL statement that is executed for each alert. A plain field costs 1. */
const READ_WORK = 200;

@Resolver(() => Alert)
export class AlertResolver {
  constructor(
    private readonly rules: AlertRuleService,
    private readonly service: AlertService,
    private readonly feed: AlertFeed,
    private readonly deliveriesOf: ReturnType<typeof deliveriesOfAlert>,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [MAX_LIST_LENGTH]: MAX_RULES })
  @Query(() => [AlertRule], { description: 'All alert rules, by id.' })
  alertRules(): Promise<AlertRule[]> {
    return this.rules.rules();
  }

  @Scoped('ADMIN')
  @Query(() => AlertConnection, { description: 'Alerts, the newest first; kept for 90 days after they are over.' })
  async alerts(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('states', () => [AlertStateEnum], { nullable: true, description: 'None: of any.' })
    states?: AlertState[] | null,
    @Arg('ruleId', () => ID, { nullable: true }) ruleId?: string | null,
  ): Promise<AlertConnection> {
    const count = checkFirst(first);
    const afterCursor = timeCursor(CURSOR, after, 1, isUuid);
    const rows = await this.service.list({ states: states ?? null, rule: ruleId ?? null }, count + 1, afterCursor);
    return pageOf(rows, count, afterCursor !== undefined, ({ startedAt, id }) =>
      encodeCursor(CURSOR, [startedAt.getTime(), id]),
    );
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => [AlertTransition], { description: 'How it came to stand where it stands, the first first.' })
  history(@Root() { id }: Alert): Promise<AlertTransition[]> {
    return this.service.history(id);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => [WebhookDelivery], { description: 'Whom it was sent to, the newest first; up to 100.' })
  deliveries(@Root() { id }: Alert): Promise<WebhookDelivery[]> {
    return this.deliveriesOf(id);
  }

  @Scoped('ADMIN')
  @Mutation(() => CreateAlertRulePayload)
  createAlertRule(
    @Arg('input', () => CreateAlertRuleInput) { rule }: CreateAlertRuleInput,
  ): Promise<CreateAlertRulePayload> {
    return this.rules.create(rule);
  }

  @Scoped('ADMIN')
  @Mutation(() => UpdateAlertRulePayload)
  updateAlertRule(
    @Arg('input', () => UpdateAlertRuleInput) { rule }: UpdateAlertRuleInput,
  ): Promise<UpdateAlertRulePayload> {
    return this.rules.update(rule);
  }

  @Scoped('ADMIN')
  @Mutation(() => SilenceAlertRulePayload, {
    description: 'Webhooks are not told that anything fires until then; what still does is told at that time.',
  })
  silenceAlertRule(
    @Arg('input', () => SilenceAlertRuleInput) { id, until }: SilenceAlertRuleInput,
  ): Promise<SilenceAlertRulePayload> {
    return this.rules.silence(id, until ?? null);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteAlertRulePayload, { description: 'Its alerts end with it.' })
  deleteAlertRule(
    @Arg('input', () => DeleteAlertRuleInput) { id }: DeleteAlertRuleInput,
  ): Promise<DeleteAlertRulePayload> {
    return this.rules.delete(id);
  }

  @Scoped('ADMIN')
  @Mutation(() => AcknowledgeAlertPayload, { description: 'Somebody has seen it. It goes on until it is over.' })
  acknowledgeAlert(
    @Arg('input', () => AcknowledgeAlertInput) { id, note }: AcknowledgeAlertInput,
    @Ctx() context: Context,
  ): Promise<AcknowledgeAlertPayload> {
    return this.service.acknowledge(id, note ?? null, requireViewer(context).keyId);
  }

  @Scoped('ADMIN')
  @SubscribedBy('open')
  @Subscription(() => Alert, {
    ...NO_TOPIC,
    description: 'The alerts that are open, then each again whenever something happens to it.',
  })
  alertUpdated(@Root() alert: Alert): Alert {
    return alert;
  }

  open(): Promise<AsyncIterable<Alert>> {
    return this.feed.open();
  }
}
