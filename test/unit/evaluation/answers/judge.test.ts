import type { AnswerReply, ReceivedAnswer } from '../../../../src/evaluation/answers/check-answer';
import { judgeReply, verdictOfAll } from '../../../../src/evaluation/answers/judge';

const replyWith = (answer: Partial<ReceivedAnswer>): AnswerReply => ({
  message: { intent: 'order-status', confidence: 0.9 },
  answer: { outcome: 'ANSWERED', text: '', choices: [], actions: [], sources: [], cards: [], quotes: [], ...answer },
  conversation: { status: 'AUTOMATIC' },
  userErrors: [],
});
const status = { kind: 'ORDER', objectId: 'A-1', field: 'status', value: 'PAID', text: 'paid' };
const judge = (right: Parameters<typeof judgeReply>[0], answer: Partial<ReceivedAnswer>, unfounded: string[] = []) =>
  judgeReply(right, replyWith(answer), unfounded, { personLabels: [], now: 0 }).verdict;

describe('judgeReply', () => {
  it('is RIGHT if one of the alternatives holds', () => {
    expect(judge([{ says: ['7'] }, { outcome: 'HANDED_OFF' }], { outcome: 'HANDED_OFF' })).toBe('RIGHT');
  });

  it('is WRONG if something is stated or offered that should not be', () => {
    expect(judge([{ says: ['7'] }], { text: 'We pack with care.' })).toBe('WRONG');
    expect(judge([{ statesNot: ['ORDER A-1'], says: ['7'] }], { outcome: 'ASKED_BACK', sources: [status] })).toBe(
      'WRONG',
    );
    const offered = { outcome: 'ASKED_BACK', actions: [{ kind: 'CANCEL' }] };
    expect(judge([{ offers: ['CHANGE'], offersNot: ['CANCEL'] }], offered)).toBe('WRONG');
    expect(judge([{}], { text: '7' }, ['it states 7, which has no source'])).toBe('WRONG');
  });

  it.each(['ASKED_BACK', 'HANDED_OFF', 'NOT_UNDERSTOOD', 'SIGN_IN_NEEDED'])(
    'is NEITHER if an answer was possible, and the outcome is %s',
    (outcome) => expect(judge([{ says: ['7'] }], { outcome })).toBe('NEITHER'),
  );

  it('is WRONG if a question back states what was not asked', () => {
    const quoted = { ...status, kind: 'ARTICLE', objectId: 'packing' };
    expect(judge([{ quotes: ['returns'] }], { outcome: 'ASKED_BACK', sources: [quoted] })).toBe('WRONG');
    expect(judge([{ states: { 'ORDER A-1 total': null } }], { outcome: 'ASKED_BACK', sources: [status] })).toBe(
      'NEITHER',
    );
  });

  it('is the worst of a conversation', () => {
    expect(verdictOfAll(['RIGHT', 'NEITHER', 'RIGHT'])).toBe('NEITHER');
    expect(verdictOfAll(['WRONG', 'NEITHER', 'RIGHT'])).toBe('WRONG');
  });
});
