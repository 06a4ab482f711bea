import { ErrorNote } from '../ui/error-note';
import { formatNumber } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { StarterSynonymLists, UseStarterSynonyms } from './search-documents';
import { formatSynonym } from './synonym-text';

const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** Switches the synonyms that come with Freshet on and off, and lists them. */
export function StarterSynonyms() {
  const { data, error, reload } = useQuery(StarterSynonymLists, {});
  const switching = useWrite(UseStarterSynonyms);
  const use = async (language: string, enabled: boolean) => {
    await switching.run({ input: { language, enabled } });
    reload();
  };
  return (
    <section class="card" aria-label="Starter synonyms">
      <h2>Starter synonyms</h2>
      <p class="muted small">Synonyms that come with Freshet. They add to the synonyms of the shop.</p>
      <ErrorNote error={error ?? switching.error} onRetry={reload} />
      <ItemErrors errors={switching.faults} />
      {data?.starterSynonyms?.map(({ language, enabled, groups }) => (
        <div key={language}>
          <label class="check">
            <input
              type="checkbox"
              role="switch"
              checked={enabled}
              disabled={switching.isRunning}
              onChange={(event) => void use(language, event.currentTarget.checked)}
            />
            <span>{languageNames.of(language)}</span>
          </label>
          <details>
            <summary>
              {formatNumber(groups.length)} groups<span class="visually-hidden"> in {languageNames.of(language)}</span>
            </summary>
            <ul class="small">
              {groups.map(formatSynonym).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </details>
        </div>
      ))}
    </section>
  );
}
