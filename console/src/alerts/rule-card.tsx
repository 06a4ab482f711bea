import { formatDateTime } from '../ui/format';
import { SeverityBadge } from './alert-badge';
import type { Rule } from './rule-draft';
import { ruleText } from './rule-text';
import { Silence } from './silence';

interface Props {
  readonly rule: Rule;
  readonly isRunning: boolean;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onSilence: (until: string | null) => void;
}

export function RuleCard({ rule, isRunning, onEdit, onDelete, onSilence }: Props) {
  const { id, description, severity, condition, clearCondition, fault, silencedUntil } = rule;
  return (
    <section class="card" aria-label={`Rule ${id}`}>
      <header class="card-head">
        <div class="grow">
          <h3>{id}</h3>
          {description !== null && <p class="small">{description}</p>}
          <p class="small muted">{ruleText(rule)}</p>
        </div>
        <SeverityBadge severity={severity} />
      </header>
      <p>
        <code>{condition}</code>
        {clearCondition !== null && (
          <span class="small">
            {' '}
            <span class="muted">clears when</span> <code>{clearCondition}</code>
          </span>
        )}
      </p>
      {fault !== null && (
        <p class="note bad small">
          <b>This rule can’t be evaluated:</b> {fault}
        </p>
      )}
      {silencedUntil !== null && Date.parse(silencedUntil) > Date.now() && (
        <p class="small muted">Webhooks are not notified of new alerts until {formatDateTime(silencedUntil)}.</p>
      )}
      <div class="actions">
        <Silence rule={rule} isRunning={isRunning} onSilence={onSilence} />
        <button class="button small" onClick={onEdit}>
          Edit<span class="visually-hidden"> {id}</span>
        </button>
        <button class="button small" onClick={onDelete}>
          Delete<span class="visually-hidden"> {id}</span>
        </button>
      </div>
    </section>
  );
}
