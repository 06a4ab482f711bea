import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatNumber, formatModelVersion } from '../ui/format';
import { Loading } from '../ui/loading';
import { useDebounced } from '../ui/use-debounced';
import { useQuery } from '../ui/use-query';
import { Corrections } from './corrections';
import { Facets } from './facets';
import { chosenFilters, type Chosen, toggled } from './chosen';
import { Hit } from './hit';
import { Search } from './search-documents';

const FACETS = [
  { field: 'categories', first: 8 },
  { field: 'brand', first: 8 },
  { field: 'availability', first: 4 },
];
const SHOWN = 20;

/** Shows the results of a query with the reasons for their order. */
export function QueryTab() {
  const [query, setQuery] = useState('');
  const [customerId, setCustomerId] = useState('');
  const [chosen, setChosen] = useState<Chosen>({});
  const asked = useDebounced(query);
  const who = useDebounced(customerId).trim();
  const { data, error, reload } = useQuery(Search, {
    input: {
      query: asked,
      facets: FACETS,
      facetFilters: chosenFilters(chosen),
      ...(who === '' ? {} : { customerId: who }),
    },
    first: SHOWN,
  });
  const found = data?.search;
  return (
    <>
      <form class="form-row" role="search" onSubmit={(event: Event) => event.preventDefault()}>
        <label class="field grow">
          <span>
            Query <kbd>/</kbd>
          </span>
          <input
            type="search"
            value={query}
            autocomplete="off"
            placeholder="Search terms; empty: browse all products"
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>As customer</span>
          <input
            value={customerId}
            autocomplete="off"
            placeholder="anonymous"
            onInput={(event) => setCustomerId(event.currentTarget.value)}
          />
        </label>
      </form>
      <ErrorNote error={error} onRetry={reload} />
      {found === undefined ? (
        error === undefined && <Loading lines={8} />
      ) : (
        <>
          <Corrections {...found} query={asked} onQuery={setQuery} />
          <div class="search-result">
            <Facets
              facets={found.facets}
              chosen={chosen}
              onToggle={(field, value) => setChosen((before) => toggled(before, field, value))}
            />
            <section class="card" aria-label="Results">
              <p class="muted small" role="status">
                {formatNumber(found.totalCount)} {found.totalCount === 1 ? 'product' : 'products'} · ranking{' '}
                {formatModelVersion(found.modelVersion)}
              </p>
              {found.edges.length === 0 && (
                <Empty title="No results">
                  <p>Add a synonym if the shop uses other words for this.</p>
                </Empty>
              )}
              <ol class="list">
                {found.edges.map((edge) => (
                  <Hit key={edge.node.id} {...edge} />
                ))}
              </ol>
            </section>
          </div>
        </>
      )}
    </>
  );
}
