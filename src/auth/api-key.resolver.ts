import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { isLongerThan } from '../expressions/code-points';
import { First, checkFirst, encodeCursor, pageOf, timeCursor } from '../graphql/connection';
import type { ErrorCode } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';
import { isUuid } from '../platform/uuid';
import type { ApiKeyService, StoredKey } from './api-key.service';
import {
  ApiKeyConnection,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './api-key.type';

const CURSOR = 'apiKeys';
const MAX_NAME_LENGTH = 100;

@Resolver()
export class ApiKeyResolver {
  constructor(private readonly keys: ApiKeyService) {}

  @Scoped('ADMIN')
  @Query(() => ApiKeyConnection, { description: 'All keys, the newest first.' })
  async apiKeys(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ApiKeyConnection> {
    const count = checkFirst(first);
    const from = timeCursor(CURSOR, after, 1, isUuid);
    return pageOf(await this.keys.list(count + 1, from), count, from !== undefined, cursorOf);
  }

  @Scoped('ADMIN')
  @Mutation(() => CreateApiKeyPayload, { description: 'Makes a key. Its secret is shown once, here.' })
  async createApiKey(@Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput): Promise<CreateApiKeyPayload> {
    const name = input.name.trim();
    if (name.length === 0 || isLongerThan(name, MAX_NAME_LENGTH) || /\p{Cc}/u.test(name)) {
      return {
        errors: [
          fault(
            'BAD_USER_INPUT',
            `name must have 1 to ${MAX_NAME_LENGTH} characters and no control characters.`,
            'name',
          ),
        ],
      };
    }
    if (input.expiresAt && input.expiresAt.getTime() <= Date.now()) {
      return { errors: [fault('BAD_USER_INPUT', 'expiresAt must be in the future.', 'expiresAt')] };
    }
    if ((input.scope === 'ADVERTISER') !== (input.advertiserId != null)) {
      const message = 'advertiserId is required for the scope ADVERTISER, and only for it.';
      return { errors: [fault('BAD_USER_INPUT', message, 'advertiserId')] };
    }
    const { secret, key } = await this.keys.create({ ...input, name });
    return { secret, apiKey: key, errors: [] };
  }

  @Scoped('ADMIN')
  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Ends a key, within seconds everywhere, and closes its sockets.',
  })
  async revokeApiKey(@Arg('input', () => RevokeApiKeyInput) { id }: RevokeApiKeyInput): Promise<RevokeApiKeyPayload> {
    const apiKey = isUuid(id) ? await this.keys.revoke(id) : null;
    return { apiKey, errors: apiKey === null ? [fault('NOT_FOUND', 'There is no key with this id.', 'id')] : [] };
  }
}

function fault(code: ErrorCode, message: string, path: string): ItemError {
  return { index: 0, code, message, path };
}

function cursorOf(key: Pick<StoredKey, 'createdAt' | 'id'>): string {
  return encodeCursor(CURSOR, [key.createdAt.getTime(), key.id]);
}
