import { ok, warning, type CheckResult } from '../../platform/checks';
import type { Platform } from '../../platform/connect';
import { Analyzers } from '../../search-engine/text/analyzers';
import { synonymFaults } from '../../search-engine/text/synonyms';
import { readSynonyms } from './synonym.store';

const CHECK = 'synonyms';
/** A report names at most this many synonyms. */
const MAX_NAMED = 10;

/** Checks that the stored synonyms are valid: another release may have accepted what this one refuses. */
export async function examineSynonyms({ pool, config }: Pick<Platform, 'pool' | 'config'>): Promise<CheckResult> {
  const analyzers = new Analyzers(config.shopLanguage);
  const refused = (await readSynonyms(pool)).flatMap((record) => {
    const [fault] = synonymFaults(record, analyzers.of(record.language));
    return fault === undefined ? [] : [`${JSON.stringify(record.id)}, ${fault.path}: ${fault.message}`];
  });
  if (refused.length === 0) return ok(CHECK, 'they are valid');
  const more = refused.length - MAX_NAMED;
  const named = [...refused.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])].join('; ');
  return warning(
    CHECK,
    `searches leave out those that are refused: ${named}`,
    'Correct them with upsertSynonyms, or delete them with deleteSynonyms.',
  );
}
