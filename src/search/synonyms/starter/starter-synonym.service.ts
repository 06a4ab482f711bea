import { commitChange } from '../../../events/commit-change';
import type { Outbox } from '../../../events/outbox.service';
import { receiptOf } from '../../../events/receipts';
import { readLanguage } from '../../../platform/codes';
import type { Pool } from '../../../platform/postgres';
import { lockSynonyms } from '../synonym.store';
import { readStarterLanguages, storeStarterLanguage } from './starter-synonym.store';
import type { StarterSynonyms, UseStarterSynonymsInput, UseStarterSynonymsPayload } from './starter-synonym.type';
import { STARTER_LANGUAGES, starterSynonymsOf } from './starter-synonyms';

/** Switches the starter synonyms of a language on and off. */
export class StarterSynonymService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  /** Returns the starter synonyms of all languages that have some. */
  async list(): Promise<StarterSynonyms[]> {
    const enabled = await readStarterLanguages(this.pool);
    return STARTER_LANGUAGES.map((language) => describe(language, enabled.includes(language)));
  }

  /** Switches the starter synonyms of a language on or off. Does nothing if they are. */
  async use({ language: given, enabled }: UseStarterSynonymsInput): Promise<UseStarterSynonymsPayload> {
    const language = readLanguage(given) ?? given;
    const isKnown = STARTER_LANGUAGES.includes(language);
    const { position } = await commitChange(this.outbox, async (client) => {
      if (!isKnown) return { change: null };
      await lockSynonyms(client, []);
      const hasChanged = await storeStarterLanguage(client, language, enabled);
      return { change: hasChanged ? { starterSynonyms: [{ language, enabled }] } : null };
    });
    const receipt = receiptOf(position);
    if (isKnown) return { starterSynonyms: describe(language, enabled), receipt, userErrors: [] };
    const message = `There are starter synonyms in ${STARTER_LANGUAGES.join(' and ')}; got ${JSON.stringify(language.slice(0, 35))}.`;
    return {
      starterSynonyms: null,
      receipt,
      userErrors: [{ field: ['input', 'language'], message, code: 'BAD_USER_INPUT' }],
    };
  }
}

function describe(language: string, enabled: boolean): StarterSynonyms {
  const groups = starterSynonymsOf(language).map(({ kind, words, finds = [] }) => ({ kind, words, finds }));
  return { language, enabled, groups };
}
