import { DEMO_STOREFRONT_KEY } from '../../../src/demo/demo-names';
import { explainDemoKey } from '../../../src/demo/explain-demo-key';

it('says where the demo’s public key works, and leaves other credentials to the shop', async () => {
  const authenticate = explainDemoKey(async ({ apiKey }) => ({ scope: 'STOREFRONT', keyId: String(apiKey) }));
  await expect(authenticate({ apiKey: DEMO_STOREFRONT_KEY })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: expect.stringContaining('NAMESPACE=demo npm start'),
  });
  expect(await authenticate({ apiKey: 'another' })).toEqual({ scope: 'STOREFRONT', keyId: 'another' });
});
