import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { MoveBadge } from '../ui/move-badge';
import { computeMoves } from '../ui/moves';
import { useDebounced } from '../ui/use-debounced';
import { useQuery } from '../ui/use-query';
import type { RuleInput } from './rule-form';
import { RuleWarnings } from './rule-warnings';
import { Order } from './search-documents';

const SHOWN = 10;

/** Shows the results of a query now and with the rule. The rule is not stored. */
export function RulePreview({ rule }: { readonly rule: RuleInput }) {
  const [typed, setTyped] = useState<string>();
  const query = typed ?? rule.queries?.[0] ?? '';
  const placement = rule.placements?.[0];
  const asked = useDebounced(JSON.stringify({ query, rule, placement }), 300);
  const settled = JSON.parse(asked) as { query: string; rule: RuleInput; placement?: string };
  const input = { query: settled.query, ...(settled.placement === undefined ? {} : { placement: settled.placement }) };
  const canAsk = settled.rule.id !== '' && (settled.rule.queries?.length || settled.rule.placements?.length);
  const before = useQuery(Order, { input, first: SHOWN });
  const after = useQuery(Order, canAsk ? { input: { ...input, previewRule: settled.rule }, first: SHOWN } : null);
  const ids = before.data?.search.nodes.map(({ id }) => id);
  const moves = computeMoves(ids, after.data?.search.nodes.map(({ id }) => id) ?? []);
  return (
    <section class="preview" aria-label="Preview">
      <label class="field">
        <span>Preview query</span>
        <input type="search" value={query} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <ErrorNote error={before.error ?? after.error} title="No preview" />
      <RuleWarnings warnings={after.data?.search.previewWarnings ?? undefined} />
      <div class="preview-columns">
        <div>
          <h3>Now</h3>
          <ol class="order" aria-label="Order now">
            {before.data?.search.nodes.map(({ id, title }) => (
              <li key={id}>
                {title} <code class="small muted">{id}</code>
              </li>
            ))}
          </ol>
        </div>
        <div>
          <h3>With the rule</h3>
          {canAsk ? (
            <>
              {after.data?.search.redirect != null && (
                <p>
                  Redirects to <code>{after.data.search.redirect}</code>.
                </p>
              )}
              <ol class="order" aria-label="Order with the rule">
                {after.data?.search.nodes.map(({ id, title }) => (
                  <li key={id}>
                    {title} <code class="small muted">{id}</code> <MoveBadge move={moves.get(id)} />
                  </li>
                ))}
              </ol>
            </>
          ) : (
            <p class="muted">Enter an id, and a query or a placement.</p>
          )}
        </div>
      </div>
    </section>
  );
}
