import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { parseTextList } from '../ui/text-list';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { SaveSynonym, Synonyms } from './search-documents';
import { SynonymPreview } from './synonym-preview';

const MAX_ID_QUERY_LENGTH = 150;

export interface SynonymWords {
  /** Whether a synonym exists for a query. */
  readonly has: (query: string) => boolean;
  readonly reload: () => void;
}

/** Returns for which queries there is a synonym already, of the first hundred. */
export function useSynonymWords(): SynonymWords {
  const { data, reload } = useQuery(Synonyms, {});
  const words = new Set(data?.synonyms.nodes.flatMap((one) => one.words).map((word) => word.toLowerCase()));
  return { has: (query) => words.has(query.toLowerCase()), reload };
}

/** A button that opens the dialog for a synonym of a query, or says that there is one. */
export function MakeSynonym({ query, synonyms }: { readonly query: string; readonly synonyms: SynonymWords }) {
  const [isOpen, open] = useState(false);
  const saved = () => {
    open(false);
    synonyms.reload();
  };
  if (synonyms.has(query)) return <span class="badge good">has a synonym</span>;
  return (
    <>
      <button class="button small" onClick={() => open(true)}>
        Make a synonym<span class="visually-hidden"> for {query}</span>
      </button>
      {isOpen && <SynonymDialog query={query} onSaved={saved} onClose={() => open(false)} />}
    </>
  );
}

interface Props {
  readonly query: string;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** Asks what a query should find too, shows what it then finds, and saves it as a one-way synonym. */
function SynonymDialog({ query, onSaved, onClose }: Props) {
  const { run, error, faults, isRunning } = useWrite(SaveSynonym);
  const [text, setText] = useState('');
  const finds = parseTextList(text);
  const id = `query: ${query.slice(0, MAX_ID_QUERY_LENGTH)}`;
  const synonym = { id, kind: 'ONE_WAY' as const, words: [query], finds, language: null };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await run({ synonym })) onSaved();
  };
  return (
    <Dialog title={`Make a synonym for “${query}”`} isWide onClose={onClose}>
      <form class="column" onSubmit={(event) => void submit(event)}>
        <p>Customers search for “{query}” and find nothing. What should they find?</p>
        <Field label="Also find" hint="Words that products have, separated by commas" faults={faults}>
          {({ id, describedBy, invalid }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              required
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <SynonymPreview synonym={synonym} />
        <ErrorNote error={error} title="Not saved" />
        <ItemErrors errors={faults.filter(({ path }) => path === null)} />
        <div class="actions end">
          <button class="button" type="button" onClick={onClose}>
            Cancel
          </button>
          <button class="button primary" disabled={isRunning || finds.length === 0}>
            Save synonym
          </button>
        </div>
      </form>
    </Dialog>
  );
}
