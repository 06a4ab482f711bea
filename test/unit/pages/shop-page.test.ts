import { ApiError } from '../../../src/graphql/errors';
import { ShopPageService } from '../../../src/pages/shop-page.service';

const kept = new Map<string, string>();
const prisma = {
  setting: {
    createMany: async ({ data: [{ name, value }] }: { data: { name: string; value: string }[] }) =>
      kept.has(name) || kept.set(name, value),
    findUniqueOrThrow: async ({ where: { name } }: { where: { name: string } }) => ({ value: kept.get(name) }),
  },
};
let fault: Error | undefined;
const ensured: unknown[][] = [];
const keys = {
  ensureKey: async (...args: unknown[]) => (ensured.push(args), null),
  authenticate: async () => {
    if (fault) throw fault;
  },
};
const page = (open: boolean, isDemo = false) =>
  new ShopPageService(prisma as never, keys as never, { open, isDemo, name: 'north' });

afterEach(() => (fault = undefined));

it('has one storefront key, also when several processes request it first', async () => {
  const [one, two] = [await page(true).config(), await page(true, true).config()];
  expect(one).toEqual({
    apiKey: expect.stringMatching(/^fk_s_.{32}$/),
    name: 'north',
    synthetic: false,
    backEnd: false,
  });
  expect(two).toEqual({ apiKey: one.apiKey, name: 'north', synthetic: true, backEnd: true });
  expect(ensured[0]).toEqual(['STOREFRONT', 'shop page', one.apiKey]);
});

it('has none if the page is off, or its key was revoked; a database that is away is another matter', async () => {
  expect(await page(false, true).config()).toEqual({ apiKey: null, name: 'north', synthetic: true, backEnd: false });
  fault = new ApiError('UNAUTHENTICATED', 'The key is revoked');
  expect((await page(true).config()).apiKey).toBeNull();
  fault = new ApiError('UNAVAILABLE', 'away');
  await expect(page(true).config()).rejects.toBe(fault);
});
