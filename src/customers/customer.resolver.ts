import { Arg, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { ID } from '../graphql/scalars';
import { findIdPrefixFault } from '../graphql/id';
import { First, checkFirst, encodeCursor, pageOf, textCursor, timeCursor } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
import { MergeService } from './merge.service';
import { MergeCustomerInput, MergeCustomerPayload } from './merge.type';
import { CustomerService, MAX_CUSTOMERS_PER_REQUEST } from './customer.service';
import {
  Customer,
  CustomerConnection,
  EventConnection,
  UpsertCustomersInput,
  UpsertCustomersPayload,
  type Event,
} from './customer.type';

@Resolver(() => Customer)
export class CustomerResolver {
  constructor(
    private readonly customers: CustomerService,
    private readonly merges: MergeService,
  ) {}

  @Scoped('SERVER')
  @Query(() => Customer, { nullable: true })
  customer(@Arg('id', () => ID) id: string): Promise<Customer | null> {
    return this.customers.find(id);
  }

  @Scoped('SERVER')
  @Query(() => CustomerConnection, { name: 'customers', description: 'All customers, by id.' })
  async list(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('idPrefix', () => String, {
      nullable: true,
      description: 'Only customers whose id begins with this: up to 200 characters.',
    })
    idPrefix?: string | null,
  ): Promise<CustomerConnection> {
    const id = textCursor('customers', after);
    const count = checkFirst(first);
    const fault = idPrefix ? findIdPrefixFault('idPrefix', idPrefix) : undefined;
    if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', fault);
    const rows = await this.customers.page(id, count + 1, idPrefix ?? '');
    return pageOf(rows, count, id !== undefined, (customer) => encodeCursor('customers', customer.id));
  }

  @Scoped('SERVER')
  @FieldResolver(() => EventConnection, { description: 'Events, newest first.' })
  async history(
    @Root() customer: Customer,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<EventConnection> {
    const cursor = timeCursor('history', after, 2);
    const count = checkFirst(first);
    const rows = await this.customers.history(customer.id, cursor, count + 1);
    return pageOf(rows, count, cursor !== undefined, cursorOf);
  }

  @Scoped('SERVER')
  @BulkItems('customers', MAX_CUSTOMERS_PER_REQUEST)
  @Mutation(() => UpsertCustomersPayload)
  upsertCustomers(
    @Arg('input', () => UpsertCustomersInput) input: UpsertCustomersInput,
  ): Promise<UpsertCustomersPayload> {
    return this.customers.upsert(input.customers);
  }

  @Scoped('SERVER')
  @Mutation(() => MergeCustomerPayload, {
    description: "A visit's or another account's past becomes this customer's: for sign-in, and for doubles.",
  })
  mergeCustomer(@Arg('input', () => MergeCustomerInput) input: MergeCustomerInput): Promise<MergeCustomerPayload> {
    return this.merges.merge(input);
  }
}

function cursorOf(event: Event): string {
  return encodeCursor('history', [event.occurredAt.getTime(), event.source, event.id]);
}
