import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { First, checkFirst, encodeCursor, pageOf, timeCursor } from '../graphql/connection';
import type { ErrorCode } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { Scoped } from '../graphql/scope';
import { faultOfName } from '../graphql/shown-text';
import { isUuid } from '../platform/uuid';
import { MAX_KEY_NAME_LENGTH, type ApiKeyService, type StoredKey } from './api-key.service';
import {
  ApiKeyConnection,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './api-key.type';

const CURSOR = 'apiKeys';

@Resolver()
export class ApiKeyResolver {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly hasAdvertiser: (id: string) => Promise<boolean>,
  ) {}

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
    const nameFault = faultOfName('name', name, MAX_KEY_NAME_LENGTH);
    if (nameFault !== undefined) return { errors: [fault('BAD_USER_INPUT', `${nameFault}.`, 'name')] };
    if (input.expiresAt && input.expiresAt.getTime() <= Date.now()) {
      return { errors: [fault('BAD_USER_INPUT', 'expiresAt must be in the future.', 'expiresAt')] };
    }
    if ((input.scope === 'ADVERTISER') !== (input.advertiserId != null)) {
      const message = 'advertiserId is required for the scope ADVERTISER, and only for it.';
      return { errors: [fault('BAD_USER_INPUT', message, 'advertiserId')] };
    }
    if (input.advertiserId != null && !(await this.hasAdvertiser(input.advertiserId)))
      return { errors: [fault('NOT_FOUND', 'There is no advertiser with this id.', 'advertiserId')] };
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
