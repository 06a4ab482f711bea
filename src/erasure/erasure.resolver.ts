import { Arg, Mutation, Resolver } from 'type-graphql';
import { Scoped } from '../graphql/scope';
import { ErasureService } from './erasure.service';
import { EraseCustomerInput, EraseCustomerPayload, EraseSessionInput, EraseSessionPayload } from './erasure.type';

@Resolver()
export class ErasureResolver {
  constructor(private readonly erasures: ErasureService) {}

  @Scoped('SERVER')
  @Mutation(() => EraseCustomerPayload, {
    description:
      'Removes a customer for good: from the log, what is learned of it, histories, queues and rejected events. Whatever comes under their names later, repeated imports too, is dropped.',
  })
  eraseCustomer(@Arg('input', () => EraseCustomerInput) input: EraseCustomerInput): Promise<EraseCustomerPayload> {
    return this.erasures.eraseCustomer(input.customerId);
  }

  @Scoped('SERVER')
  @Mutation(() => EraseSessionPayload, {
    description:
      'Removes a visit for good, as `eraseCustomer` removes a customer: all that happened in it while no customer was signed in, also if it was merged into a customer. An order that was placed in it becomes anonymous, whole. What a customer did in it while signed in stays theirs, with the id of the visit.',
  })
  eraseSession(@Arg('input', () => EraseSessionInput) input: EraseSessionInput): Promise<EraseSessionPayload> {
    return this.erasures.eraseSession(input.sessionId);
  }
}
