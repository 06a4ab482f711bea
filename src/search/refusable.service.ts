import { BudgetExceeded } from '../expressions/budget';
import { ApiError } from '../graphql/errors';
import { overloaded } from '../graphql/overloaded';
import { SearchRefused } from './index/search-refused';
import { TooManyWaiting } from './turns/turn-taking';

/** Runs a search and converts its errors into API errors. @throws ApiError TOO_COMPLEX, BAD_USER_INPUT, OVERLOADED */
export async function refusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BudgetExceeded) throw new ApiError('TOO_COMPLEX', error.message);
    if (error instanceof TooManyWaiting) throw overloaded('Too many searches are waiting; try again later.');
    if (!(error instanceof SearchRefused)) throw error;
    throw new ApiError(error.code === 'TOO_MUCH' ? 'TOO_COMPLEX' : 'BAD_USER_INPUT', error.message);
  }
}
