import { savedAs, staysRunning, tutorialSteps } from '../../docs/tutorial-steps';

const TEXT = [
  '# A text',
  'Start it, and leave it running:',
  '```sh',
  'npm start',
  '```',
  'Open <http://localhost:4000/>, and press **Add to cart**. Save this as `page/live.ts`, beside it:',
  '```ts',
  'let `x`;',
  '```',
  'Reload the page.',
  '',
].join('\n');

it('reads the steps in order, each with its line', () => {
  const steps = tutorialSteps(TEXT);
  expect(steps.map(({ kind, line }) => [kind, line])).toEqual([
    ['block', 3],
    ['open', 6],
    ['press', 6],
    ['block', 7],
    ['reload', 10],
  ]);
  expect(steps[0]).toMatchObject({ language: 'sh', text: 'npm start\n' });
  expect(steps[1]).toMatchObject({ url: 'http://localhost:4000/' });
  expect(steps[2]).toMatchObject({ name: 'Add to cart' });
  const [start, , , program] = steps;
  if (start.kind !== 'block' || program.kind !== 'block') throw new Error('these are blocks');
  expect([staysRunning(start), savedAs(start)]).toEqual([true, undefined]);
  expect([staysRunning(program), savedAs(program)]).toEqual([false, 'page/live.ts']);
});
