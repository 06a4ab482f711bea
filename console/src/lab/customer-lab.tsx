import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import type { ItemFault } from '../ui/item-fault';
import { Loading } from '../ui/loading';
import { useMutation } from '../ui/use-mutation';
import { useQuery } from '../ui/use-query';
import { type Act, type ActedOn, eventOf, LAB_PLACEMENT } from './act';
import { cartOf, lastProductOf } from './cart';
import { HistoryTable } from './history-table';
import { IntentList } from './intent-list';
import { intentsOf } from './intents';
import { CustomerHistory, Record } from './lab-documents';

/** A customer's past and lists. */
export function CustomerLab({ customerId }: { readonly customerId: string }) {
  const { data, error, reload } = useQuery(CustomerHistory, { id: customerId });
  const recording = useMutation(Record);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const act = async (type: Act, product: ActedOn) => {
    const done = await recording.run({ event: eventOf(customerId, type, product) });
    setFaults(done?.recordEvents.errors ?? []);
    reload();
  };
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={8} />;
  if (data.customer === null)
    return (
      <Empty title={`There is no customer “${customerId}”`}>
        <p>Customers appear with their first event.</p>
      </Empty>
    );
  const history = data.customer.history.nodes;
  const titles = new Map(history.flatMap(({ product }) => (product ? [[product.id, product.title]] : [])));
  const contexts = { product: lastProductOf(history), cart: cartOf(history) };
  return (
    <>
      <ErrorNote error={recording.error ?? error} />
      <ItemErrors errors={faults} />
      <p class="note">
        What is clicked here is recorded as real events of <b>{customerId}</b>, with the placement{' '}
        <code>{LAB_PLACEMENT}</code>.
      </p>
      <div class="lab">
        <HistoryTable events={history} />
        <div class="lab-lists">
          {intentsOf(customerId, contexts, titles).map(({ intent, title, text, input }) => (
            <IntentList
              key={intent}
              title={title}
              text={text}
              input={input}
              onAct={(type, product) => void act(type, product)}
              onChange={intent === 'PERSONAL' ? reload : undefined}
            />
          ))}
        </div>
      </div>
    </>
  );
}
