import { csvRecords } from '../../../../src/imports/csv-fields';
import { checkIntents, readIntentParts, readIntentTable } from '../../../../src/evaluation/intents/intent-files';

describe('csvRecords', () => {
  it('reads quotes, separators and line breaks in fields, and numbers the lines', () => {
    expect(csvRecords('a,b\r\n"x, ""y""","two\r\nlines"\r\n\r\n,z\nlast,""')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['x, "y"', 'two\r\nlines'] },
      { line: 5, fields: ['', 'z'] },
      { line: 6, fields: ['last', ''] },
    ]);
    expect(csvRecords('')).toEqual([]);
    expect(csvRecords('a 27" screen,product\na 5" pipe,size').map(({ fields }) => fields)).toEqual([
      ['a 27" screen', 'product'],
      ['a 5" pipe', 'size'],
    ]);
  });

  it.each([
    ['a\n"b', 'line 2: a quoted field is not closed'],
    ['a\n"b\nc"\n"d"e', 'line 4: a quoted field must be followed by a comma or the end of the line'],
  ])('refuses %j', (text, message) => expect(() => csvRecords(text)).toThrow(message));
});

describe('readIntentTable', () => {
  it('finds the columns by name, and out of scope in any case', () => {
    expect(readIntentTable('id,Intent,TEXT\n1,greeting," hi, there"\n2,OOS,who won?')).toEqual([
      { text: ' hi, there', intent: 'greeting' },
      { text: 'who won?', intent: 'oos' },
    ]);
  });

  it.each([
    ['', 'it is empty'],
    ['text,label\nhi,a', 'the header has no column intent; its columns are text, label'],
    ['text,intent\n', 'it has no rows below the header'],
    ['text,intent\nhi,a\nhello', 'line 3 has 1 fields; the header has 2'],
    ['text,intent\nhi,a\n  ,b', 'line 3 has no text'],
    ['text,intent\nhi,', 'line 2 has no intent'],
  ])('refuses %j', (csv, message) => expect(() => readIntentTable(csv)).toThrow(message));
});

describe('readIntentParts', () => {
  it('joins the parts with their sentences out of scope, and accepts missing parts', () => {
    const json = { train: [['a', 'x']], test: [['b', 'y']], oos_train: [['c', 'oos']], oos_test: [['d', 'other']] };
    expect(readIntentParts(JSON.stringify(json))).toEqual({
      train: [
        { text: 'a', intent: 'x' },
        { text: 'c', intent: 'oos' },
      ],
      validation: [],
      test: [
        { text: 'b', intent: 'y' },
        { text: 'd', intent: 'oos' },
      ],
    });
  });

  it.each([
    ['{', 'it is not JSON: '],
    ['[]', 'it must be a JSON object with the lists train and test'],
    ['{"train":[["a","x"]]}', 'it must have a list test of [text, intent] that is not empty'],
    ['{"train":[["a","x"],["b"]],"test":[["a","x"]]}', 'train[1] must be a pair of texts, [text, intent]; got ["b"]'],
    ['{"train":[["a","x"]],"test":[["a","x"]],"val":{}}', 'val must be a list of [text, intent]'],
  ])('refuses %j', (json, message) => expect(() => readIntentParts(json)).toThrow(message));
});

describe('checkIntents', () => {
  it('does not count sentences out of scope', () => {
    const examples = ['a', 'oos'].map((intent) => ({ text: 'x', intent }));
    expect(() => checkIntents(examples)).toThrow('a classifier needs at least 2 intents; got a');
    expect(() => checkIntents([...examples, { text: 'y', intent: 'b' }])).not.toThrow();
  });
});
