import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { Audiences, DeleteAudience } from './audience-documents';
import { AudienceForm } from './audience-form';
import { AudienceRow, type Audience } from './audience-row';

/** The sizes of this many audiences are live; of further ones, they are as of the last loading. */
const MAX_LIVE = 20;

/** Lists the audiences that operators have defined, and edits them. */
export function AudiencePanel() {
  const { data, error, reload } = useQuery(Audiences, {});
  const removing = useWrite(DeleteAudience);
  const [edited, edit] = useState<Audience | 'new'>();
  const [asked, ask] = useState<Audience>();
  const audiences = data?.audiences ?? [];
  const close = () => edit(undefined);
  const saved = () => {
    close();
    reload();
  };
  const remove = async () => {
    if (asked === undefined) return;
    ask(undefined);
    await removing.run({ id: asked.id });
    reload();
  };
  return (
    <section class="card audiences" aria-label="Audiences">
      <header class="card-head">
        <h2>Audiences</h2>
        {edited === undefined && (
          <button class="button small" onClick={() => edit('new')}>
            New audience
          </button>
        )}
      </header>
      <p class="muted small">Customers for whom a condition holds that you define.</p>
      <ErrorNote error={error ?? removing.error} onRetry={reload} />
      <ItemErrors errors={removing.faults} />
      {data === undefined && error === undefined && <Loading />}
      {edited !== undefined && (
        <AudienceForm
          key={edited === 'new' ? '' : edited.id}
          audience={edited === 'new' ? undefined : edited}
          onSaved={saved}
          onCancel={close}
        />
      )}
      {audiences.length > 0 && (
        <div class="table-scroll" role="region" aria-label="List of audiences" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Condition</th>
                <th scope="col" class="number">
                  Customers
                </th>
                <th scope="col">
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {audiences.map((audience, place) => (
                <AudienceRow
                  key={`${audience.id} ${audience.condition}`}
                  audience={audience}
                  isLive={place < MAX_LIVE}
                  onEdit={() => edit(audience)}
                  onDelete={() => ask(audience)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked && (
        <Confirm
          title={`Delete “${asked.name}”?`}
          action="Delete"
          isDangerous
          onConfirm={() => void remove()}
          onCancel={() => ask(undefined)}
        >
          <p>The customers themselves stay unchanged.</p>
        </Confirm>
      )}
    </section>
  );
}
