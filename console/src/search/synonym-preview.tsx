import type { ResultOf, VariablesOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatNumber } from '../ui/format';
import { MoveBadge } from '../ui/move-badge';
import { computeMoves } from '../ui/moves';
import { useDebounced } from '../ui/use-debounced';
import { useQuery } from '../ui/use-query';
import { FoundWithSynonym, type SaveSynonym } from './search-documents';

export type SynonymInput = VariablesOf<typeof SaveSynonym>['synonym'];
type Found = ResultOf<typeof FoundWithSynonym>['search'];

const SHOWN = 5;

interface Props {
  readonly synonym: SynonymInput;
}

/** Shows what a query finds now and with the synonym. The synonym is not stored. */
export function SynonymPreview({ synonym }: Props) {
  const [typed, setTyped] = useState<string>();
  const query = typed ?? synonym.words?.[0] ?? '';
  const settled = JSON.parse(useDebounced(JSON.stringify({ query, synonym }), 300)) as {
    query: string;
    synonym: SynonymInput;
  };
  const { words, finds, kind, language } = settled.synonym;
  const isComplete = kind === 'TWO_WAY' ? (words?.length ?? 0) > 1 : Boolean(words?.length && finds?.length);
  const input = { query: settled.query, language };
  const isAsked = settled.query.trim() !== '';
  const before = useQuery(FoundWithSynonym, isAsked ? { input, first: SHOWN } : null);
  const after = useQuery(
    FoundWithSynonym,
    isAsked && isComplete ? { input: { ...input, previewSynonym: settled.synonym }, first: SHOWN } : null,
  );
  const moves = computeMoves(before.data && idsOf(before.data.search), after.data ? idsOf(after.data.search) : []);
  return (
    <section class="preview" aria-label="Preview">
      <label class="field">
        <span>Preview query</span>
        <input type="search" value={query} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <ErrorNote error={before.error ?? after.error} title="No preview" />
      <div class="preview-columns">
        <div>
          <h3>Now</h3>
          {before.data && <FoundProducts label="Found now" found={before.data.search} />}
        </div>
        <div>
          <h3>With the synonym</h3>
          {!isComplete && (
            <p class="muted">Enter {kind === 'TWO_WAY' ? 'at least two words' : 'words and what they also find'}.</p>
          )}
          {after.data && <FoundProducts label="Found with the synonym" found={after.data.search} moves={moves} />}
        </div>
      </div>
    </section>
  );
}

interface FoundProps {
  readonly label: string;
  readonly found: Found;
  readonly moves?: ReturnType<typeof computeMoves>;
}

function FoundProducts({ label, found, moves }: FoundProps) {
  const { totalCount, correctedQuery, ignoredWords } = found;
  return (
    <>
      <p class="small muted" role="status">
        {formatNumber(totalCount)} {totalCount === 1 ? 'product' : 'products'}
        {correctedQuery !== null && ` for “${correctedQuery}” instead`}
        {ignoredWords.length > 0 && ` without ${ignoredWords.map((word) => `“${word}”`).join(', ')}`}
      </p>
      <ol class="order" aria-label={label}>
        {matchesOf(found).map(({ id, title }) => (
          <li key={id}>
            {title} <code class="small muted">{id}</code> <MoveBadge move={moves?.get(id)} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** Partial matches are not counted, so they are not listed either. */
const matchesOf = ({ edges }: Found) => edges.flatMap(({ node, isPartialMatch }) => (isPartialMatch ? [] : [node]));

const idsOf = (found: Found): string[] => matchesOf(found).map(({ id }) => id);
