import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { usePages } from '../ui/use-pages';
import { useWrite } from '../ui/use-write';
import { RuleForm, type SavedWarnings } from './rule-form';
import { ruleText } from './rule-text';
import { RuleWarnings } from './rule-warnings';
import { DeleteRule, Rules } from './search-documents';

export type Rule = ResultOf<typeof Rules>['merchandisingRules']['nodes'][number];

/** Lists merchandising rules and edits them. */
export function RulesTab() {
  const { items, error, hasMore, more, reload } = usePages(Rules, ({ merchandisingRules }) => merchandisingRules, {});
  const removing = useWrite(DeleteRule);
  const [edited, edit] = useState<Rule | 'new'>();
  const [asked, ask] = useState<Rule>();
  const remove = async () => {
    if (asked === undefined) return;
    ask(undefined);
    await removing.run({ id: asked.id });
    reload();
  };
  const [warnings, setWarnings] = useState<SavedWarnings>();
  const open = (rule: Rule | 'new') => {
    setWarnings(undefined);
    edit(rule);
  };
  const saved = (found: SavedWarnings) => {
    setWarnings(found);
    edit(undefined);
    reload();
  };
  return (
    <>
      <div class="actions">
        <button class="button primary" disabled={edited === 'new'} onClick={() => open('new')}>
          New rule
        </button>
      </div>
      {edited !== undefined && (
        <RuleForm
          key={edited === 'new' ? '' : edited.id}
          rule={edited === 'new' ? undefined : edited}
          onSaved={saved}
          onCancel={() => edit(undefined)}
        />
      )}
      <RuleWarnings warnings={warnings} />
      <ErrorNote error={error ?? removing.error} onRetry={reload} />
      <ItemErrors errors={removing.faults} />
      {items === undefined && error === undefined && <Loading />}
      {items?.length === 0 && edited === undefined && (
        <Empty title="There are no rules">
          <p>A rule pins, buries or boosts products for a query or a placement.</p>
        </Empty>
      )}
      {items?.map((rule) => (
        <section key={rule.id} class="card rule" aria-label={`Rule ${rule.id}`}>
          <div class="grow">
            <h2>{rule.id}</h2>
            <p class="muted small">{ruleText(rule)}</p>
          </div>
          <div class="actions">
            <button class="button small" onClick={() => open(rule)}>
              Edit<span class="visually-hidden"> {rule.id}</span>
            </button>
            <button class="button small" onClick={() => ask(rule)}>
              Delete<span class="visually-hidden"> {rule.id}</span>
            </button>
          </div>
        </section>
      ))}
      {hasMore && (
        <button class="button" onClick={more}>
          More
        </button>
      )}
      {asked && (
        <Confirm
          title={`Delete the rule “${asked.id}”?`}
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
