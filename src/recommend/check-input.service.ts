import { faultOfId } from '../auth/identify';
import { ApiError } from '../graphql/errors';
import { allows, type Scope } from '../graphql/scope';
import type { RecommendationsInput } from './recommendation.type';

const MAX_PRODUCT_IDS = 100;
const MAX_EXCLUDED = 1_000;

/**
 * @param scope of whoever asks
 * @throws ApiError BAD_USER_INPUT for a combination of intent and products that means nothing, or too many of them;
 *   FORBIDDEN for a version of the model from a key that is none of an operator's
 */
export function checkInput(input: RecommendationsInput, scope: Scope): void {
  if (input.modelVersion != null && !allows(scope, 'ADMIN')) {
    throw new ApiError('FORBIDDEN', 'modelVersion: only an admin key may ask for one', { argument: 'modelVersion' });
  }
  const ids = input.productIds ?? [];
  const { intent } = input;
  if ((intent === 'SIMILAR' || intent === 'COMPLEMENTARY') && ids.length !== 1) {
    throw new ApiError('BAD_USER_INPUT', `${intent} needs exactly one of productIds: the page's product`);
  }
  if (intent === 'BASKET' && (ids.length < 1 || ids.length > MAX_PRODUCT_IDS)) {
    throw new ApiError('BAD_USER_INPUT', `BASKET needs 1 to ${MAX_PRODUCT_IDS} productIds: the cart`);
  }
  if (!['SIMILAR', 'COMPLEMENTARY', 'BASKET'].includes(intent) && ids.length > 0) {
    throw new ApiError('BAD_USER_INPUT', `${intent} takes no productIds`);
  }
  if (intent === 'RECENTLY_VIEWED' && input.boost != null) {
    throw new ApiError('BAD_USER_INPUT', 'RECENTLY_VIEWED is in the order of time: it takes no boost');
  }
  if ((input.exclude?.length ?? 0) > MAX_EXCLUDED) {
    throw new ApiError('BAD_USER_INPUT', `exclude has more than ${MAX_EXCLUDED} products`);
  }
  for (const id of ids) {
    const wrong = faultOfId('productIds', id);
    if (wrong) throw new ApiError('BAD_USER_INPUT', wrong);
  }
}
