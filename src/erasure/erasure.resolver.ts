import { Arg, Mutation, Resolver } from 'type-graphql';
import { Scoped } from '../graphql/scope';
import { ErasureService } from './erasure.service';
import { EraseCustomerInput, EraseCustomerPayload } from './erasure.type';

@Resolver()
export class ErasureResolver {
  constructor(private readonly erasures: ErasureService) {}

  @Scoped('SERVER')
  @Mutation(() => EraseCustomerPayload, {
    description:
      'Removes a person for good: from the log, what is learned of it, histories, queues and rejected events. Whatever comes under their names later, repeated imports too, is dropped.',
  })
  eraseCustomer(@Arg('input', () => EraseCustomerInput) input: EraseCustomerInput): Promise<EraseCustomerPayload> {
    return this.erasures.erase(input.customerId);
  }
}
