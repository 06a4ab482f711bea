import type { ResultOf, VariablesOf } from '@freshet/client';
import type { AlertRules, CreateAlertRule } from './rule-documents';

export type Rule = ResultOf<typeof AlertRules>['alertRules'][number];
export type RuleInput = VariablesOf<typeof CreateAlertRule>['rule'];

/** A rule that is being edited, with the texts as they were typed. */
export interface RuleDraft {
  readonly id: string;
  readonly description: string;
  readonly source: Rule['source'];
  readonly stream: string;
  readonly which: Rule['which'];
  readonly window: string;
  readonly keys: string;
  readonly condition: string;
  readonly clearCondition: string;
  readonly for: string;
  readonly noData: Rule['noData'];
  readonly severity: Rule['severity'];
}

const EMPTY_RULE: RuleDraft = {
  id: '',
  description: '',
  source: 'SYSTEM',
  stream: '',
  which: 'COMPLETE',
  window: 'PT1M',
  keys: '',
  condition: '',
  clearCondition: '',
  for: 'PT0S',
  noData: 'ZERO',
  severity: 'WARNING',
};

export function ruleDraftOf(rule: Rule | undefined): RuleDraft {
  if (rule === undefined) return EMPTY_RULE;
  const { id, source, which, condition, noData, severity } = rule;
  return {
    ...{ id, source, which, condition, noData, severity },
    description: rule.description ?? '',
    stream: rule.stream ?? '',
    window: `PT${rule.windowSeconds}S`,
    keys: (rule.keys ?? []).join('\n'),
    clearCondition: rule.clearCondition ?? '',
    for: `PT${rule.forSeconds}S`,
  };
}

/** Returns the mutation input of a draft, without the fields of other sources. */
export function ruleInputOf(draft: RuleDraft): RuleInput {
  const { source, condition, noData, severity } = draft;
  const optional = (text: string) => (text.trim() === '' ? null : text.trim());
  // One key per line, because keys of several parts are JSON lists and contain commas.
  const keys = draft.keys.split('\n').flatMap((key) => optional(key) ?? []);
  return {
    ...{ source, condition, noData, severity },
    id: draft.id.trim(),
    description: optional(draft.description),
    clearCondition: optional(draft.clearCondition),
    for: draft.for.trim(),
    ...(source === 'WINDOWS' ? { stream: optional(draft.stream), which: draft.which } : {}),
    ...(source === 'OPERATIONS' ? { window: draft.window.trim() } : {}),
    ...(source === 'SYSTEM' || keys.length === 0 ? {} : { keys }),
  };
}
