import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { SecretOnce } from '../ui/secret-once';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { NewWebhook } from './new-webhook';
import { type Webhook, WebhookCard } from './webhook-card';
import { DeleteWebhook, Webhooks } from './webhook-documents';

/** Lists webhooks with their deliveries, creates and deletes them. */
export function WebhooksPanel() {
  const { data, error, reload } = useQuery(Webhooks, {});
  const removing = useWrite(DeleteWebhook);
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [asked, ask] = useState<Webhook>();
  const made = (shown: string) => {
    setNew(false);
    setSecret(shown);
    reload();
  };
  const remove = async (id: string) => {
    ask(undefined);
    await removing.run({ id });
    reload();
  };
  return (
    <section class="column" aria-labelledby="webhooks-title">
      <header class="card-head">
        <h2 id="webhooks-title">Webhooks</h2>
        <button class="button small" disabled={isNew} onClick={() => setNew(true)}>
          New webhook
        </button>
      </header>
      {isNew && <NewWebhook onMade={made} onCancel={() => setNew(false)} />}
      {secret !== undefined && <SecretOnce secret={secret} onDone={() => setSecret(undefined)} />}
      <ErrorNote error={error ?? removing.error} onRetry={reload} />
      <ItemErrors errors={removing.faults} />
      {data === undefined && error === undefined && <Loading lines={2} />}
      {data?.alertWebhooks.length === 0 && !isNew && (
        <Empty title="No webhooks">
          <p>A webhook receives a signed notification when an alert fires and when it is resolved.</p>
        </Empty>
      )}
      {data?.alertWebhooks.map((webhook) => (
        <WebhookCard key={webhook.id} webhook={webhook} onDelete={() => ask(webhook)} />
      ))}
      {asked && (
        <Confirm
          title="Delete this webhook?"
          action="Delete"
          isDangerous
          onConfirm={() => void remove(asked.id)}
          onCancel={() => ask(undefined)}
        >
          <p>
            Pending deliveries to <b>{asked.url}</b> are deleted too.
          </p>
        </Confirm>
      )}
    </section>
  );
}
