import { Arg, Mutation, Resolver } from 'type-graphql';
import { Scoped } from '../graphql/scope';
import type { UserError } from '../graphql/user-error.type';
import {
  IssueOrderTokenInput,
  IssueOrderTokenPayload,
  RevokeOrderTokensInput,
  RevokeOrderTokensPayload,
} from './order-token.type';
import { ORDER_TOKEN_SECONDS, type TokenService } from './token.service';

/** An e-mail with a link to an order is read for longer than a visit lasts. */
const MAX_ORDER_TOKEN_SECONDS = 90 * 86_400;

@Resolver()
export class OrderTokenResolver {
  constructor(
    private readonly tokens: Pick<TokenService, 'issueForOrder' | 'revokeForOrder'>,
    private readonly hasOrder: (id: string) => Promise<boolean>,
  ) {}

  @Scoped('SERVER')
  @Mutation(() => IssueOrderTokenPayload, {
    nullable: true,
    description:
      'Issues a token for a guest, such as for the link in a confirmation. It shows one order and its parcels, and lets the guest ask about them in a conversation. Each token is another guest. NOT_FOUND for an order that is not recorded.',
  })
  async issueOrderToken(
    @Arg('input', () => IssueOrderTokenInput, { description: 'The order and the lifetime.' })
    { orderId, expiresInSeconds }: IssueOrderTokenInput,
  ): Promise<IssueOrderTokenPayload> {
    const seconds = expiresInSeconds ?? ORDER_TOKEN_SECONDS;
    const userErrors = faultsOfLifetime(seconds);
    if (!(await this.hasOrder(orderId)))
      userErrors.push({ code: 'NOT_FOUND', message: 'There is no order with this id.', field: ['input', 'orderId'] });
    if (userErrors.length > 0) return { token: null, expiresAt: null, userErrors };
    return { ...(await this.tokens.issueForOrder(orderId, seconds)), userErrors };
  }

  @Scoped('SERVER')
  @Mutation(() => RevokeOrderTokensPayload, {
    nullable: true,
    description:
      'Revokes all tokens that were issued for an order so far. Open subscriptions with such a token end within seconds.',
  })
  async revokeOrderTokens(
    @Arg('input', () => RevokeOrderTokensInput, { description: 'The order.' }) { orderId }: RevokeOrderTokensInput,
  ): Promise<RevokeOrderTokensPayload> {
    await this.tokens.revokeForOrder(orderId);
    return { userErrors: [] };
  }
}

function faultsOfLifetime(seconds: number): UserError[] {
  if (seconds >= 1 && seconds <= MAX_ORDER_TOKEN_SECONDS) return [];
  const message = `expiresInSeconds must be between 1 and ${MAX_ORDER_TOKEN_SECONDS}; got ${seconds}.`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', 'expiresInSeconds'] }];
}
