import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatNumber } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import type { SynonymWords } from './make-synonym';
import { ReportTable } from './report-table';
import { DismissSynonymSuggestion, SaveSynonym, SynonymSuggestions } from './search-documents';
import { formatSynonym } from './synonym-text';

type Suggestion = NonNullable<ResultOf<typeof SynonymSuggestions>['synonymSuggestions']>['nodes'][number];

/** Lists the synonyms that customers suggest, with their evidence, and accepts or dismisses them. */
export function SuggestedSynonyms({ synonyms }: { readonly synonyms: SynonymWords }) {
  const { data, error, reload } = useQuery(SynonymSuggestions, {});
  const accepting = useWrite(SaveSynonym);
  const dismissing = useWrite(DismissSynonymSuggestion);
  // An accepted suggestion may be listed until the API process has applied the synonym.
  const [decided, setDecided] = useState<readonly string[]>([]);
  const suggestions = data?.synonymSuggestions?.nodes.filter(({ id }) => !decided.includes(id));
  const done = (id: string, written: object | undefined) => {
    if (written === undefined) return;
    setDecided((before) => [...before, id]);
    reload();
  };
  const accept = async ({ id, kind, words, finds, language }: Suggestion) => {
    done(id, await accepting.run({ synonym: { id, kind, words, finds, language } }));
    synonyms.reload();
  };
  const dismiss = async ({ id }: Suggestion) => done(id, await dismissing.run({ id }));
  const isRunning = accepting.isRunning || dismissing.isRunning;
  return (
    <>
      <ErrorNote error={error ?? accepting.error ?? dismissing.error} onRetry={reload} />
      <ItemErrors errors={[...accepting.faults, ...dismissing.faults]} />
      {suggestions !== undefined && (
        <ReportTable
          title="Suggested synonyms"
          note="Customers searched for the first words without a click and then clicked what the others find, or clicked the same products for both."
          columns={['Synonym', 'Visits', 'Shared clicks', 'Products', 'Score', '']}
          rows={suggestions.map((suggestion) => [
            describe(suggestion),
            formatNumber(suggestion.reformulations),
            formatNumber(suggestion.sharedClicks),
            formatNumber(suggestion.sharedProducts),
            suggestion.score.toFixed(1),
            <>
              <button class="button small" disabled={isRunning} onClick={() => void accept(suggestion)}>
                Accept<span class="visually-hidden"> {describe(suggestion)}</span>
              </button>{' '}
              <button class="button small" disabled={isRunning} onClick={() => void dismiss(suggestion)}>
                Dismiss<span class="visually-hidden"> {describe(suggestion)}</span>
              </button>
            </>,
          ])}
        />
      )}
    </>
  );
}

function describe(suggestion: Suggestion): string {
  const rule = formatSynonym(suggestion);
  return suggestion.language === null ? rule : `${rule} (${suggestion.language})`;
}
