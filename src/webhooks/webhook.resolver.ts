import { Arg, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { MAX_LIST_LENGTH, WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { MAX_WEBHOOKS, WebhookService } from './webhook.service';
import { WebhookTestService } from './webhook-test.service';
import {
  AlertWebhook,
  CreateAlertWebhookInput,
  CreateAlertWebhookPayload,
  DeleteAlertWebhookInput,
  DeleteAlertWebhookPayload,
  TestAlertWebhookInput,
  TestAlertWebhookPayload,
  WebhookDelivery,
} from './webhook.type';

/** Cost of the SQL statement that is executed for each webhook. A plain field costs 1. */
const READ_WORK = 200;
/** Cost of waiting for the response of the webhook. A plain field costs 1. */
const TEST_WORK = 2_000;

@Resolver(() => AlertWebhook)
export class WebhookResolver {
  constructor(
    private readonly service: WebhookService,
    private readonly tests: WebhookTestService,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [MAX_LIST_LENGTH]: MAX_WEBHOOKS })
  @Query(() => [AlertWebhook], { description: 'The webhooks, the oldest first.' })
  alertWebhooks(): Promise<AlertWebhook[]> {
    return this.service.webhooks();
  }

  @Scoped('ADMIN')
  @Extensions({ [MAX_LIST_LENGTH]: 100, [WORK]: READ_WORK })
  @FieldResolver(() => [WebhookDelivery], { description: 'The newest first; up to 100.' })
  deliveries(@Root() { id }: AlertWebhook): Promise<WebhookDelivery[]> {
    return this.service.deliveries(id);
  }

  @Scoped('ADMIN')
  @Mutation(() => CreateAlertWebhookPayload, {
    description: 'Creates a webhook, which receives alerts and changes of segments from now on, as `events` selects.',
  })
  createAlertWebhook(
    @Arg('input', () => CreateAlertWebhookInput) input: CreateAlertWebhookInput,
  ): Promise<CreateAlertWebhookPayload> {
    return this.service.create(input);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteAlertWebhookPayload, { description: 'With what is on its way to it.' })
  deleteAlertWebhook(
    @Arg('input', () => DeleteAlertWebhookInput) { id }: DeleteAlertWebhookInput,
  ): Promise<DeleteAlertWebhookPayload> {
    return this.service.delete(id);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: TEST_WORK })
  @Mutation(() => TestAlertWebhookPayload, {
    description:
      'Sends it a test now, signed as alerts are, once, and says how that went; no more often than every 5 s.',
  })
  testAlertWebhook(
    @Arg('input', () => TestAlertWebhookInput) { id }: TestAlertWebhookInput,
  ): Promise<TestAlertWebhookPayload> {
    return this.tests.test(id);
  }
}
