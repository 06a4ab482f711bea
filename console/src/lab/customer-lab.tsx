import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import type { ItemFault } from '../ui/item-fault';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { Tabs } from '../ui/tabs';
import { useMutation } from '../ui/use-mutation';
import { useQuery } from '../ui/use-query';
import { type CustomerAction, type ActionProduct, labEventOf, LAB_PLACEMENT } from './customer-action';
import { cartProducts, lastProductOf } from './cart';
import { CompareVersions } from './compare-versions';
import { HistoryTable } from './history-table';
import { IntentList } from './intent-list';
import { intentsOf } from './intents';
import { CustomerHistory, Record } from './lab-documents';

interface Props {
  readonly customerId: string;
  /**
   * Whether one list is compared between two versions of the model, instead of showing all lists of the active version.
   */
  readonly isCompared: boolean;
}

/** Shows a customer's history and lists. */
export function CustomerLab({ customerId, isCompared }: Props) {
  const { data, error, reload } = useQuery(CustomerHistory, { id: customerId });
  const recording = useMutation(Record);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const act = async (type: CustomerAction, product: ActionProduct) => {
    const done = await recording.run({ event: labEventOf(customerId, type, product) });
    setFaults(done?.recordEvents.errors ?? []);
    reload();
  };
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={8} />;
  if (data.customer === null)
    return (
      <Empty title={`Customer “${customerId}” not found`}>
        <p>A customer exists from their first event on.</p>
      </Empty>
    );
  const history = data.customer.history.nodes;
  const titles = new Map(history.flatMap(({ product }) => (product ? [[product.id, product.title]] : [])));
  const contexts = { product: lastProductOf(history), cart: cartProducts(history) };
  const intents = intentsOf(customerId, contexts, titles);
  const onAct = (type: CustomerAction, product: ActionProduct) => void act(type, product);
  return (
    <>
      <ErrorNote error={recording.error ?? error} />
      <ItemErrors errors={faults} />
      <p class="note">
        The buttons record real events for <b>{customerId}</b>, with the placement <code>{LAB_PLACEMENT}</code>.
      </p>
      <Tabs
        label="Lists"
        tabs={[
          { href: hrefOf('lab', customerId), title: 'All lists', current: !isCompared },
          { href: hrefOf('lab', customerId, 'versions'), title: 'Two versions', current: isCompared },
        ]}
      />
      <div class="lab">
        <HistoryTable events={history} />
        {isCompared ? (
          <CompareVersions intents={intents} onAct={onAct} onChange={reload} />
        ) : (
          <div class="lab-lists">
            {intents.map(({ intent, title, text, input }) => (
              <IntentList
                key={intent}
                title={title}
                text={text}
                input={input}
                onAct={onAct}
                onChange={intent === 'PERSONAL' ? reload : undefined}
              />
            ))}
          </div>
        )}
      </div>
    </>
  );
}
