import { useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { RuleCard } from './rule-card';
import { AlertRules, DeleteAlertRule, SilenceAlertRule } from './rule-documents';
import type { Rule } from './rule-draft';
import { RuleForm } from './rule-form';

/** Lists alert rules and edits them. */
export function RulesPanel() {
  const { data, error, reload } = useQuery(AlertRules, {});
  const removing = useWrite(DeleteAlertRule);
  const silencing = useWrite(SilenceAlertRule);
  const [edited, edit] = useState<Rule | 'new'>();
  const [asked, ask] = useState<Rule>();
  const remove = async (id: string) => {
    ask(undefined);
    await removing.run({ id });
    reload();
  };
  const close = () => edit(undefined);
  return (
    <section class="column" aria-labelledby="rules-title">
      <header class="card-head">
        <h2 id="rules-title">Rules</h2>
        <button class="button small primary" disabled={edited === 'new'} onClick={() => edit('new')}>
          New rule
        </button>
      </header>
      {edited !== undefined && (
        <RuleForm
          key={edited === 'new' ? '' : edited.id}
          rule={edited === 'new' ? undefined : edited}
          onSaved={() => {
            close();
            reload();
          }}
          onCancel={close}
        />
      )}
      <ErrorNote error={error ?? removing.error ?? silencing.error} onRetry={reload} />
      <ItemErrors errors={[...removing.faults, ...silencing.faults]} />
      {data === undefined && error === undefined && <Loading />}
      {data?.alertRules.length === 0 && edited === undefined && (
        <Empty title="There are no rules">
          <p>A rule watches a stream, the operations or the system, and raises an alert.</p>
        </Empty>
      )}
      {data?.alertRules.map((rule) => (
        <RuleCard
          key={rule.id}
          rule={rule}
          isRunning={silencing.isRunning}
          onEdit={() => edit(rule)}
          onDelete={() => ask(rule)}
          onSilence={(until) => void silencing.run({ id: rule.id, until }).then(reload)}
        />
      ))}
      {asked && (
        <Confirm
          title={`Delete the rule “${asked.id}”?`}
          action="Delete"
          isDangerous
          onConfirm={() => void remove(asked.id)}
          onCancel={() => ask(undefined)}
        >
          <p>Its open alerts are closed.</p>
        </Confirm>
      )}
    </section>
  );
}
