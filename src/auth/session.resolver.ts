import { Arg, Ctx, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { FOR_OPERATORS, Scoped } from '../graphql/scope';
import { CustomerTokenPayload, IssueCustomerTokenInput, SessionPayload, ViewerType } from './session.type';
import { CUSTOMER_TOKEN_SECONDS, SESSION_TOKEN_SECONDS, type TokenService } from './token.service';

@Resolver()
export class SessionResolver {
  constructor(private readonly tokens: TokenService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [FOR_OPERATORS]: true })
  @Query(() => ViewerType, { description: 'Who is asking, as key and token say.' })
  viewer(@Ctx() { viewer }: Context): ViewerType {
    if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'viewer requires a key.');
    const { scope, customerId, sessionId, orderId, tokenExpiresAt } = viewer;
    return {
      scope,
      customerId,
      sessionId,
      orderId,
      tokenExpiresAt: tokenExpiresAt === undefined ? null : new Date(tokenExpiresAt),
    };
  }

  @Scoped('STOREFRONT')
  @Mutation(() => SessionPayload, { description: 'Starts the visit of somebody not signed in.' })
  startSession(): Promise<SessionPayload> {
    return this.tokens.startSession();
  }

  @Scoped('SERVER')
  @Mutation(() => CustomerTokenPayload, { description: 'A token for the browser of a customer who has signed in.' })
  async issueCustomerToken(
    @Arg('input', () => IssueCustomerTokenInput) input: IssueCustomerTokenInput,
  ): Promise<CustomerTokenPayload> {
    const errors = findFaults(input);
    if (errors.length > 0) return { errors };
    const identity = { customerId: input.customerId, sessionId: input.sessionId ?? undefined };
    const issued = await this.tokens.issue(identity, input.expiresInSeconds ?? CUSTOMER_TOKEN_SECONDS);
    return { ...issued, errors };
  }
}

function findFaults(input: IssueCustomerTokenInput): ItemError[] {
  const message = findLifetimeFault(input.expiresInSeconds ?? CUSTOMER_TOKEN_SECONDS);
  return message === undefined ? [] : [{ index: 0, code: 'BAD_USER_INPUT', message, path: 'expiresInSeconds' }];
}

function findLifetimeFault(seconds: number): string | undefined {
  const isValid = seconds >= 1 && seconds <= SESSION_TOKEN_SECONDS;
  return isValid ? undefined : `expiresInSeconds must be between 1 and ${SESSION_TOKEN_SECONDS}; got ${seconds}.`;
}
