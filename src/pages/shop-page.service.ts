import { randomBytes } from 'node:crypto';
import { type ApiKeyService } from '../auth/api-key.service';
import { ApiError } from '../graphql/errors';
import type { PrismaClient } from '../platform/prisma';

/** The configuration that the page at `/shop/` needs before its first request. */
export interface ShopPageConfig {
  /** A storefront key, which is public by design; `null` if the page is closed or its key is revoked. */
  readonly apiKey: string | null;
  /** The shop's name: its namespace. */
  readonly name: string;
  /** Whether all data of the shop is synthetic. */
  readonly synthetic: boolean;
  /** Whether `/shop/back-end/` signs customers in and accepts orders. False for a real shop, which has its own. */
  readonly backEnd: boolean;
}

const SECRET_SETTING = 'shop_page_key';
/** The name of the key in the list of keys. Revoking the key closes the page. */
const SHOP_PAGE_KEY = 'shop page';

/**
 * Provides the key of the page at `/shop/`. It is created once for each shop and stored in its settings, in clear text
 * because every visitor receives it.
 */
export class ShopPageService {
  private secret: string | undefined;

  constructor(
    private readonly prisma: Pick<PrismaClient, 'setting'>,
    private readonly keys: Pick<ApiKeyService, 'authenticate' | 'ensureKey'>,
    private readonly shop: { readonly open: boolean; readonly name: string; readonly isDemo: boolean },
  ) {}

  async config(): Promise<ShopPageConfig> {
    const { open, name, isDemo } = this.shop;
    return { apiKey: open ? await this.key() : null, name, synthetic: isDemo, backEnd: open && isDemo };
  }

  /** Returns the key; `null` if it has been revoked. */
  private async key(): Promise<string | null> {
    const secret = (this.secret ??= await this.createKey());
    try {
      await this.keys.authenticate(secret);
      return secret;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return null;
      throw error;
    }
  }

  private async createKey(): Promise<string> {
    const fresh = { name: SECRET_SETTING, value: `fk_s_${randomBytes(24).toString('base64url')}` };
    await this.prisma.setting.createMany({ data: [fresh], skipDuplicates: true });
    const { value } = await this.prisma.setting.findUniqueOrThrow({ where: { name: SECRET_SETTING } });
    await this.keys.ensureKey('STOREFRONT', SHOP_PAGE_KEY, value);
    return value;
  }
}
