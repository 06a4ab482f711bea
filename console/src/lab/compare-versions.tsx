import { useState } from 'preact/hooks';
import { ModelChanged } from '../models/model-documents';
import { ChoiceField } from '../ui/choice-field';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import type { CustomerAction, ActionProduct } from './customer-action';
import { type Intent, RANKED_BY_VERSION, type ShownIntent } from './intents';
import { BlendVersions } from './lab-documents';
import { TwoLists } from './two-lists';
import { type VersionPair, selectVersions, versionChoices } from './versions';

interface Props {
  readonly intents: readonly ShownIntent[];
  readonly onAct: (type: CustomerAction, product: ActionProduct) => void;
  readonly onChange: () => void;
}

/** Compares one of the customer's lists as ranked by two versions of the model. */
export function CompareVersions({ intents, onAct, onChange }: Props) {
  const { data, error, reload } = useQuery(BlendVersions, {});
  useLive(ModelChanged, {}, reload);
  const [chosen, choose] = useState<Partial<VersionPair>>({});
  const [intent, chooseIntent] = useState<Intent>('PERSONAL');
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={8} />;
  const choices = versionChoices(data.model);
  if (choices.length < 2)
    return (
      <Empty title="No versions to compare">
        <p>
          There is no stored version of the model yet: see <Link href={hrefOf('models')}>Models</Link>.
        </p>
      </Empty>
    );
  const pair = selectVersions(data.model, chosen);
  const ranked = intents.filter((one) => RANKED_BY_VERSION.includes(one.intent));
  const { title, input } = ranked.find((one) => one.intent === intent)!;
  const titleOf = (value: string) => choices.find((one) => one.value === value)!.title;
  return (
    <div class="column">
      <div class="version-choices">
        <ChoiceField
          label="List"
          value={intent}
          choices={ranked.map((one) => ({ value: one.intent, title: one.title }))}
          onChange={chooseIntent}
        />
        <ChoiceField label="Left" value={pair.left} choices={choices} onChange={(left) => choose({ ...pair, left })} />
        <ChoiceField
          label="Right"
          value={pair.right}
          choices={choices}
          onChange={(right) => choose({ ...pair, right })}
        />
      </div>
      <ErrorNote error={error} onRetry={reload} />
      {input === null ? (
        <Empty title={`No input for ${title}`}>
          <p>This customer’s cart is empty.</p>
        </Empty>
      ) : (
        <TwoLists
          input={input}
          left={{ version: pair.left, title: titleOf(pair.left) }}
          right={{ version: pair.right, title: titleOf(pair.right) }}
          onAct={onAct}
          onChange={onChange}
        />
      )}
    </div>
  );
}
