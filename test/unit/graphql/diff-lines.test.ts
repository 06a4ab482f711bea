import { diffLines } from '../../../src/graphql/diff-lines';

describe('a diff of lines', () => {
  it('is empty for equal texts', () => {
    expect(diffLines('a\nb\n', 'a\nb\n')).toBe('');
  });

  it('shows what goes and what comes, with a little around', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    const after = ['1', '2', 'three', '4', '5', '6', '7', '8', '9', '10'];
    expect(diffLines(before.join('\n'), after.join('\n'))).toBe(
      ['  1', '  2', '- 3', '+ three', '  4', '  5', '  …', '  8', '  9', '+ 10', ''].join('\n'),
    );
  });

  it('handles one side being empty', () => {
    expect(diffLines('', 'a')).toBe('- \n+ a\n');
  });
});
