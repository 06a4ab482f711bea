import { parseAffixRules, wordForms } from '../../../../src/search-engine/spelling/hunspell';
import { WordList } from '../../../../src/search-engine/spelling/word-list';
import { readWordList } from '../../../../src/search/word-lists.service';

const RULES = `SET UTF-8
FLAG long
NEEDAFFIX Na
ONLYINCOMPOUND Oc
FORBIDDENWORD Fo
COMPOUNDBEGIN Be
COMPOUNDEND En
PFX Un Y 1
PFX Un 0 un .
SFX Ly Y 2
SFX Ly 0 ly/Ne [^y]
SFX Ly y ily [^aeiou]y
SFX Ne N 1
SFX Ne 0 ness .
SFX 'S Y 1
SFX 'S 0 's .
SFX Co N 1
SFX Co 0 0/OcBe .`;
const DICTIONARY = `9
kind/UnLy'S
happy/Ly
root/NaLy
wrong/Fo
two-part
lamp/CoEn
shade/CoEn	po:noun
ice/En
café`;

describe('a list of words', () => {
  const rules = parseAffixRules(RULES);
  const forms = [...wordForms(rules, DICTIONARY)].filter(({ isWord }) => isWord).map(({ text }) => text);

  it('has every form that affixes make, except those that are not words by themselves or have several tokens', () => {
    expect(new Set(forms)).toEqual(
      new Set('kind kindly kindlyness unkind unkindly happy happily rootly rootlyness lamp shade ice café'.split(' ')),
    );
  });

  it('is searched with folded words, and combines compounds', () => {
    const list = WordList.of(wordForms(rules, DICTIONARY), (character) => (character === 'é' ? 'e' : character));
    for (const word of ['kind', 'unkindly', 'cafe', 'lampshade', 'shadelamp'])
      expect([word, list.has(word)]).toEqual([word, true]);
    for (const word of ['', 'root', 'wrong', 'café', 'icelamp', 'lamplampshad', 'x'.repeat(500)])
      expect([word, list.has(word)]).toEqual([word, false]);
  });
});

describe.each([
  ['en', 'dad dads lamp lamps children wrapped', 'dda lamsp childern teh'],
  [
    'de',
    'lampe lampen gekauft gruen gartenstuehle kaffeemaschine schreibtischlampe',
    'lapme gekuaft gartenstuhlt kafeemaschine',
  ],
  ['fr', 'lampe lampes mangeons cadeau ete chevaux', 'lapme mangoens cadeua'],
  ['es', 'lampara lamparas comiendo regalo ninos', 'lampraa comeindo reaglo'],
])('the words of %s', (language, words, slips) => {
  it('are there, and other strings are not', async () => {
    const list = await readWordList(language);
    expect(words.split(' ').filter((word) => !list.has(word))).toEqual([]);
    expect(slips.split(' ').filter((word) => list.has(word))).toEqual([]);
    const bytes = Object.values(list.state).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeLessThan(3_000_000);
  });
});
