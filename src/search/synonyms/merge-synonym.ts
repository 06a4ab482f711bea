import { isLongerThan } from '../../expressions/code-points';
import { hasControls } from '../../graphql/id';
import type { ItemError } from '../../graphql/item-error.type';
import { HAS_CONTROLS } from '../../graphql/shown-text';
import { MAX_FUTURE_MS } from '../../graphql/storable';
import { LANGUAGE_FORM, readLanguage } from '../../platform/codes';
import type { Analyzers } from '../../search-engine/text/analyzers';
import { synonymFaults } from '../../search-engine/text/synonyms';
import type { SynonymRecord } from './synonym.store';
import type { SynonymInput } from './synonym.type';

const MAX_TEXT_LENGTH = 200;

type Fault = Omit<ItemError, 'index'>;

/** Returns the rule after an upsert, or why it is refused: absent fields stay as stored; null clears a field. */
export function mergeSynonym(
  stored: SynonymRecord | undefined,
  input: SynonymInput,
  analyzers: Analyzers,
  now: number,
): SynonymRecord | Fault {
  const bad = (message: string, path: string): Fault => ({ code: 'BAD_USER_INPUT', message, path });
  const { id, kind, words, finds } = input;
  const language = input.language == null ? input.language : readLanguage(input.language);
  const updatedAt = input.updatedAt ?? new Date(now);
  if (!(updatedAt.getTime() <= now + MAX_FUTURE_MS))
    return bad('updatedAt must not be more than 5 minutes in the future.', 'updatedAt');
  const updatedAtText = updatedAt.toISOString();
  if (stored !== undefined && updatedAtText < stored.updatedAt)
    return { code: 'STALE', message: `The stored rule is newer (${stored.updatedAt}).`, path: 'updatedAt' };
  const effectiveKind = kind ?? (kind === null ? undefined : stored?.kind);
  if (effectiveKind === undefined) return bad('kind is required.', 'kind');
  if (input.language != null && language === undefined) return bad(`language must be ${LANGUAGE_FORM}.`, 'language');
  const rule: SynonymRecord = {
    id,
    kind: effectiveKind,
    words: words === undefined ? (stored?.words ?? []) : (words ?? []),
    finds: finds === undefined ? (stored?.finds ?? []) : (finds ?? []),
    language: language === undefined ? (stored?.language ?? null) : language,
    updatedAt: updatedAtText,
  };
  for (const [name, texts] of Object.entries({ words: rule.words, finds: rule.finds })) {
    const faultyIndex = texts.findIndex((text) => isLongerThan(text, MAX_TEXT_LENGTH));
    if (faultyIndex >= 0)
      return bad(`${name}[${faultyIndex}] must have at most ${MAX_TEXT_LENGTH} characters.`, `${name}[${faultyIndex}]`);
    const controlIndex = texts.findIndex(hasControls);
    if (controlIndex >= 0) return bad(`${name}[${controlIndex}] ${HAS_CONTROLS}.`, `${name}[${controlIndex}]`);
  }
  const [fault] = synonymFaults(rule, analyzers.of(rule.language));
  return fault === undefined ? rule : bad(fault.message, fault.path);
}
