interface Props {
  readonly query: string;
  readonly didYouMean: string | null;
  readonly correctedQuery: string | null;
  readonly ignoredWords: readonly string[];
  readonly redirect: string | null;
  readonly onQuery: (query: string) => void;
}

/** Shows how the search changed the query: corrections, ignored words and a redirect. */
export function Corrections({ query, didYouMean, correctedQuery, ignoredWords, redirect, onQuery }: Props) {
  return (
    <div role="status" class="corrections">
      {correctedQuery !== null && (
        <p class="note">
          No results for “{query}”: searched for <b>{correctedQuery}</b> instead.
        </p>
      )}
      {didYouMean !== null && (
        <p class="note">
          Did you mean{' '}
          <button class="button link" onClick={() => onQuery(didYouMean)}>
            {didYouMean}
          </button>
          ?
        </p>
      )}
      {ignoredWords.length > 0 && <p class="note">Some results do not contain: {ignoredWords.join(', ')}.</p>}
      {redirect !== null && (
        <p class="note">
          A rule redirects the storefront to <code>{redirect}</code>.
        </p>
      )}
    </div>
  );
}
