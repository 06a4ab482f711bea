import type { Authenticate } from '../graphql/credentials';
import { ApiError } from '../graphql/errors';
import { DEMO_NAMESPACE, DEMO_STOREFRONT_KEY } from './demo-names';

/** Wraps the authentication of a shop that is not the demo: it says where the public key of the demo shop works. */
export function explainDemoKey(authenticate: Authenticate): Authenticate {
  return async (credentials) => {
    if (credentials.apiKey !== DEMO_STOREFRONT_KEY) return authenticate(credentials);
    throw new ApiError(
      'UNAUTHENTICATED',
      `The key ${DEMO_STOREFRONT_KEY} works in the demo shop only. NAMESPACE=${DEMO_NAMESPACE} npm start opens the demo shop.`,
    );
  };
}
