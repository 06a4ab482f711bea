import { ApiError } from '../../graphql/errors';
import { allows, type Scope } from '../../graphql/scope';
import type { RecommendationsInput } from './recommendation.type';

const MAX_PRODUCT_IDS = 100;
const MAX_EXCLUDED = 1_000;

/**
 * Validates the input of a recommendation request.
 * @param scope scope of the caller's key
 * @throws ApiError BAD_USER_INPUT for an invalid id, an invalid combination of arguments, or too many products;
 *   FORBIDDEN if a key without the ADMIN scope names a model version
 */
export function checkInput(input: RecommendationsInput, scope: Scope): void {
  if (input.modelVersion != null && !allows(scope, 'ADMIN')) {
    throw new ApiError('FORBIDDEN', 'modelVersion requires an admin key.', { argument: 'modelVersion' });
  }
  const ids = input.productIds ?? [];
  const { intent } = input;
  if ((intent === 'SIMILAR' || intent === 'COMPLEMENTARY') && ids.length !== 1) {
    throw new ApiError(
      'BAD_USER_INPUT',
      `${intent} requires exactly one product in productIds, the product of the page; got ${ids.length}.`,
    );
  }
  if (intent === 'BASKET' && (ids.length < 1 || ids.length > MAX_PRODUCT_IDS)) {
    throw new ApiError(
      'BAD_USER_INPUT',
      `BASKET requires 1 to ${MAX_PRODUCT_IDS} products in productIds, the products of the cart; got ${ids.length}.`,
    );
  }
  if (!['SIMILAR', 'COMPLEMENTARY', 'BASKET'].includes(intent) && ids.length > 0) {
    throw new ApiError('BAD_USER_INPUT', `${intent} does not accept productIds.`);
  }
  if (intent === 'RECENTLY_VIEWED' && input.boost != null) {
    throw new ApiError('BAD_USER_INPUT', 'RECENTLY_VIEWED is sorted by time and does not accept boost.');
  }
  const excluded = input.exclude?.length ?? 0;
  if (excluded > MAX_EXCLUDED) {
    throw new ApiError('BAD_USER_INPUT', `exclude accepts at most ${MAX_EXCLUDED} products; got ${excluded}.`);
  }
}
