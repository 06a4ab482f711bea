import type { PoolClient } from '../../../platform/postgres';
import { readSettings } from '../../../platform/settings';
import { execute, type SqlClient } from '../../../platform/sql';
import { STARTER_LANGUAGES } from './starter-synonyms';

/**
 * Beginning of the names of settings. One of each language exists while its starter synonyms are on. The groups are not
 * stored: those of the running release are in force.
 */
const SETTING_PREFIX = 'starter_synonyms_';
const settingOf = (language: string) => SETTING_PREFIX + language;

/** Returns the languages (ISO 639-1) whose starter synonyms are on. */
export async function readStarterLanguages(client: SqlClient): Promise<string[]> {
  const settings = await readSettings(client, STARTER_LANGUAGES.map(settingOf));
  return STARTER_LANGUAGES.filter((language) => settings.has(settingOf(language)));
}

/** Switches the starter synonyms of a language on or off. @returns whether this changed anything */
export async function storeStarterLanguage(client: PoolClient, language: string, enabled: boolean): Promise<boolean> {
  const statement = enabled
    ? `INSERT INTO settings (name, value) VALUES ($1, 'on') ON CONFLICT (name) DO NOTHING`
    : 'DELETE FROM settings WHERE name = $1';
  return (await execute(client, statement, [settingOf(language)])) > 0;
}
