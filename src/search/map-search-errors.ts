import { BudgetExceeded } from '../expressions/budget';
import { ApiError } from '../graphql/errors';
import { overloadedError } from '../graphql/limits/overloaded-error';
import { SearchRequestError } from '../search-engine/index/search-request-error';
import { SchedulerOverloaded } from '../platform/fair-scheduler';

/** Runs a search and converts its errors into API errors. @throws ApiError TOO_COMPLEX, BAD_USER_INPUT, OVERLOADED */
export async function mapSearchErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BudgetExceeded) throw new ApiError('TOO_COMPLEX', error.message);
    if (error instanceof SchedulerOverloaded) throw overloadedError('Too many searches are waiting; try again later.');
    if (!(error instanceof SearchRequestError)) throw error;
    throw new ApiError(error.code === 'TOO_MUCH' ? 'TOO_COMPLEX' : 'BAD_USER_INPUT', error.message);
  }
}
