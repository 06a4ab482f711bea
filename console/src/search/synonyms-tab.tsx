import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { usePages } from '../ui/use-pages';
import { useWrite } from '../ui/use-write';
import { formatTextList } from '../ui/text-list';
import { DeleteSynonym, Synonyms } from './search-documents';
import { SynonymForm } from './synonym-form';

export type Synonym = ResultOf<typeof Synonyms>['synonyms']['nodes'][number];

/** Lists synonyms and edits them. */
export function SynonymsTab() {
  const { items, error, hasMore, more, reload } = usePages(Synonyms, ({ synonyms }) => synonyms, {});
  const removing = useWrite(DeleteSynonym);
  const [edited, edit] = useState<Synonym>();
  const [asked, ask] = useState<Synonym>();
  const remove = async () => {
    if (asked === undefined) return;
    ask(undefined);
    await removing.run({ id: asked.id });
    reload();
  };
  const saved = () => {
    edit(undefined);
    reload();
  };
  return (
    <>
      <SynonymForm key={edited?.id} synonym={edited} onSaved={saved} onCancel={() => edit(undefined)} />
      <ErrorNote error={error ?? removing.error} onRetry={reload} />
      <ItemErrors errors={removing.faults} />
      {items === undefined && error === undefined && <Loading />}
      {items?.length === 0 && <Empty title="There are no synonyms" />}
      {items !== undefined && items.length > 0 && (
        <section class="card table-scroll" role="region" aria-label="Synonyms" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Id</th>
                <th scope="col">Words</th>
                <th scope="col">Also find</th>
                <th scope="col">Language</th>
                <th scope="col">
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((synonym) => (
                <tr key={synonym.id}>
                  <th scope="row">{synonym.id}</th>
                  <td>{formatTextList(synonym.words)}</td>
                  <td>{synonym.kind === 'TWO_WAY' ? 'each other' : formatTextList(synonym.finds)}</td>
                  <td>{synonym.language ?? 'all'}</td>
                  <td class="nowrap">
                    <button class="button small" onClick={() => edit(synonym)}>
                      Edit<span class="visually-hidden"> {synonym.id}</span>
                    </button>{' '}
                    <button class="button small" onClick={() => ask(synonym)}>
                      Delete<span class="visually-hidden"> {synonym.id}</span>
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {hasMore && (
            <button class="button" onClick={more}>
              More
            </button>
          )}
        </section>
      )}
      {asked && (
        <Confirm
          title={`Delete “${asked.id}”?`}
          action="Delete"
          isDangerous
          onConfirm={() => void remove()}
          onCancel={() => ask(undefined)}
        >
          <p>The change takes effect with the next search.</p>
        </Confirm>
      )}
    </>
  );
}
