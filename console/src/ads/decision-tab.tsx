import { useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { toRequestError } from '../ui/request-error';
import { go, hrefOf } from '../ui/router';
import { useQuery } from '../ui/use-query';
import type { RequestError } from '@freshet/client';
import { AdPlacements, SponsoredSearch } from './ads-documents';
import { DecisionPanel } from './decision-panel';

/** Ads are decided for a visit. The console is a visit of its own, which sends no impressions and no clicks. */
const SESSION_ID = `console-${Math.random().toString(36).slice(2)}`;

/** Tries a search, or opens the decision of this id, and explains its ads. */
export function DecisionTab({ id }: { readonly id: string | undefined }) {
  return (
    <>
      <div class="try-ads">
        <TrySearch />
        <OpenDecision />
      </div>
      {id === undefined ? (
        <p class="muted">
          Each answer with ads has a decision: who took part, who won, and at which price. Try a search to see one.
        </p>
      ) : (
        <DecisionPanel key={id} id={id} />
      )}
    </>
  );
}

function TrySearch() {
  const { client } = useSession();
  const { data, error: placementsError } = useQuery(AdPlacements, {});
  const placements = data?.adPlacements?.nodes ?? [];
  const [query, setQuery] = useState('');
  const [chosen, choose] = useState<string>();
  const [error, setError] = useState<RequestError>();
  const [isRunning, setRunning] = useState(false);
  const placement = chosen ?? placements.find(({ id }) => id === 'search')?.id ?? placements[0]?.id;
  const run = async () => {
    if (placement === undefined) return;
    setRunning(true);
    setError(undefined);
    try {
      const input = { query, placement, sessionId: SESSION_ID };
      const { search } = await client.request(SponsoredSearch, { input }, { onPartialError: setError });
      if (search.sponsored) go(hrefOf('ads', 'decisions', search.sponsored.id));
    } catch (fault) {
      setError(toRequestError(fault));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section class="card" aria-label="Try a search">
      <h2>Try a search</h2>
      <form
        class="form-row"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label class="field grow">
          <span>Query</span>
          <input
            type="search"
            value={query}
            autocomplete="off"
            placeholder="What a customer types"
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Placement</span>
          <select value={placement} onChange={(event) => choose(event.currentTarget.value)}>
            {placements.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id}
              </option>
            ))}
          </select>
        </label>
        <button class="button primary" disabled={placement === undefined || isRunning}>
          Show its ads
        </button>
      </form>
      {data !== undefined && placements.length === 0 && (
        <p class="muted small">
          There is no ad placement yet: define one with <code>upsertAdPlacement</code>.
        </p>
      )}
      <p class="muted small">It costs advertisers nothing, and does not count as a search.</p>
      <ErrorNote error={error ?? placementsError} />
    </section>
  );
}

function OpenDecision() {
  const [typed, type] = useState('');
  const id = typed.trim();
  return (
    <section class="card" aria-label="Open a decision">
      <h2>Open a decision</h2>
      <form
        class="form-row open-decision"
        onSubmit={(event) => {
          event.preventDefault();
          if (id !== '') go(hrefOf('ads', 'decisions', id));
        }}
      >
        <div class="grow">
          <Field label="Id of the decision">
            {({ id: field }) => (
              <input
                id={field}
                value={typed}
                autocomplete="off"
                placeholder="The id of sponsored"
                onInput={(event) => type(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <button class="button" disabled={id === ''}>
          Open
        </button>
      </form>
    </section>
  );
}
