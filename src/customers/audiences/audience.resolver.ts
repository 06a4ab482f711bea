import { Arg, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { ID } from '../../graphql/scalars';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import type { CustomerService } from '../customer.service';
import { Customer, CustomerConnection } from '../customer.type';
import type { AudienceService } from './audience.service';
import {
  Audience,
  DeleteAudienceInput,
  DeleteAudiencePayload,
  UpsertAudienceInput,
  UpsertAudiencePayload,
} from './audience.type';

/** Rate-limit cost of an SQL statement. A plain field costs 1. */
const READ_WORK = 200;

@Resolver(() => Audience)
export class AudienceResolver {
  constructor(
    private readonly service: AudienceService,
    private readonly customers: CustomerService,
  ) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK })
  @Query(() => [Audience], { nullable: true, description: 'All audiences, by id. A shop can have up to 100.' })
  audiences(): Promise<Audience[]> {
    return this.service.list();
  }

  @Scoped('SERVER')
  @Query(() => Audience, { nullable: true })
  audience(@Arg('id', () => ID) id: string): Promise<Audience | null> {
    return this.service.find(id);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => CustomerConnection, {
    description: 'Its customers now, by id. Until all customers have been examined once, those that were found so far.',
  })
  async members(
    @Root() audience: Audience,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<CustomerConnection> {
    const kind = `members of audience ${audience.id}`;
    const id = textCursor(kind, after);
    const count = checkFirst(first);
    const ids = await this.service.memberIds(audience, id ?? '', count + 1);
    return pageOf(await this.customers.findAll(ids), count, id !== undefined, (customer) =>
      encodeCursor(kind, customer.id),
    );
  }

  @Scoped('ADMIN')
  @Mutation(() => UpsertAudiencePayload, {
    nullable: true,
    description: 'Creates an audience or changes it. After a change of the condition, workers examine all customers.',
  })
  upsertAudience(@Arg('input', () => UpsertAudienceInput) input: UpsertAudienceInput): Promise<UpsertAudiencePayload> {
    return this.service.upsert(input);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteAudiencePayload, { nullable: true })
  deleteAudience(@Arg('input', () => DeleteAudienceInput) { id }: DeleteAudienceInput): Promise<DeleteAudiencePayload> {
    return this.service.delete(id);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK })
  @SubscribedBy('open')
  @Subscription(() => Audience, {
    ...NO_TOPIC,
    nullable: true,
    description:
      'The audience first, then again when its size, progress, name or condition has changed. Null once it is deleted.',
  })
  audienceUpdated(
    @Root() { audience }: { readonly audience: Audience | null },
    @Arg('id', () => ID) _id: string,
  ): Audience | null {
    return audience;
  }

  open({ id }: { id: string }) {
    return this.service.open(id);
  }
}

@Resolver(() => Customer)
export class CustomerAudiencesResolver {
  constructor(private readonly service: AudienceService) {}

  @Scoped('SERVER')
  @FieldResolver(() => [Audience], { description: 'The audiences that the customer is in, by id.' })
  audiences(@Root() customer: Customer): Promise<Audience[]> {
    return this.service.findOfCustomer(customer.id);
  }
}
