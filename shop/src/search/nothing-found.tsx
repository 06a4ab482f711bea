import { address } from '../app/address';
import { Link } from '../ui/link';
import { EMPTY_SEARCH, parseSearch, searchPath } from './search-address';
import { useSuggestions } from './use-suggestions';

/** Shown if a search has no results, with suggested queries that begin with the query. */
export function NothingFound() {
  const { query } = parseSearch(address.value.query);
  const queries = useSuggestions(query).filter(({ kind, text }) => kind === 'QUERY' && text !== query);
  return (
    <div class="empty">
      <p>No products found. Try other words or fewer filters.</p>
      {queries.length > 0 && (
        <p>
          Or search for{' '}
          {queries.map(({ text }, index) => (
            <>
              {index > 0 && ', '}
              <Link to={searchPath({ ...EMPTY_SEARCH, query: text })}>{text}</Link>
            </>
          ))}
        </p>
      )}
    </div>
  );
}
