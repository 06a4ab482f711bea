import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { Keys, RevokeKey } from './key-documents';
import { NewKeyForm } from './new-key';

/** Lists API keys, creates and revokes them. */
export function KeysPage() {
  const { data, error, reload } = useQuery(Keys, {});
  const revoke = useWrite(RevokeKey);
  const [asked, ask] = useState<{ readonly id: string; readonly name: string }>();
  const confirmed = async () => {
    if (asked === undefined) return;
    ask(undefined);
    await revoke.run({ id: asked.id });
    reload();
  };
  return (
    <>
      <header class="page-head">
        <h1>Keys</h1>
        <p class="muted">A storefront key is public; operator, server and admin keys are secrets.</p>
      </header>
      <NewKeyForm onMade={reload} />
      <ErrorNote error={error ?? revoke.error} onRetry={reload} />
      <ItemErrors errors={revoke.faults} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <section class="card table-scroll" role="region" aria-label="Keys" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Scope</th>
                <th scope="col">Prefix</th>
                <th scope="col">Created</th>
                <th scope="col">State</th>
                <th scope="col">
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.apiKeys.nodes.map(({ id, name, scope, hint, createdAt, expiresAt, revokedAt }) => (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td>{scope.toLowerCase()}</td>
                  <td>
                    <code>{hint}…</code>
                  </td>
                  <td class="nowrap">{formatDateTime(createdAt)}</td>
                  <td>
                    {revokedAt !== null ? (
                      <span class="badge bad">revoked</span>
                    ) : expiresAt !== null ? (
                      `until ${formatDateTime(expiresAt)}`
                    ) : (
                      <span class="badge good">active</span>
                    )}
                  </td>
                  <td>
                    {revokedAt === null && (
                      <button class="button small" onClick={() => ask({ id, name })}>
                        Revoke<span class="visually-hidden"> {name}</span>
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {asked && (
        <Confirm
          title={`Revoke “${asked.name}”?`}
          action="Revoke"
          isDangerous
          onConfirm={() => void confirmed()}
          onCancel={() => ask(undefined)}
        >
          <p>
            Within seconds, requests with this key are rejected and its live connections close. This can’t be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}
