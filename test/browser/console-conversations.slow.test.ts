import type { Page } from 'playwright-core';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import type { GraphqlClient } from '../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer } from '../setup/operations';
import {
  ASK_SUPPORT,
  HAND_OFF,
  REPLY,
  START_CONVERSATION,
  TAKE_OVER,
  type ConversationAnswer,
} from '../setup/support-operations';

describeInBrowser('the page Conversations of the console', () => {
  const shop = consoleShop({ fits: false });
  const { open, signIn, accessible } = shop;
  let page: Page;
  let ann: string;
  let bob: GraphqlClient;
  let mia: string;

  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const messages = () => page.getByRole('log').getByRole('listitem');
  const keyOf = async (name: string) => {
    const input = { scope: 'OPERATOR', name };
    return (await shop.client().data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret;
  };
  const start = async (customerId: string) => {
    const { startConversation } = await shop
      .client()
      .data<{ startConversation: ConversationAnswer }>(START_CONVERSATION, { input: { customerId } });
    return startConversation.conversation!.id;
  };
  let said = 0;
  const say = async (conversationId: string, text: string) => {
    const input = { conversationId, messageId: `m${said++}`, text };
    const { askSupport } = await shop.client().data<{ askSupport: ConversationAnswer }>(ASK_SUPPORT, { input });
    expect(askSupport.userErrors).toEqual([]);
  };

  beforeAll(async () => {
    page = shop.page();
    ann = await keyOf('Ann');
    bob = shop.client().as({ apiKey: await keyOf('Bob') });
    mia = await start('mia');
    await say(mia, 'Is anyone there?\n<b>Please</b> help');
    await start('ben');
  });

  it('opens only the conversations with the key of an operator', async () => {
    await signIn(ann, true);
    await page.getByRole('heading', { level: 1, name: 'Conversations' }).waitFor();
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    expect(await links.allTextContents()).toEqual(['Conversations']);
    await region('Waiting').getByText('No customer waits').waitFor();
    await accessible('nothing waits');
  });

  it('lists a conversation as soon as it waits', async () => {
    await shop.client().data(HAND_OFF, { id: mia });
    const row = region('Waiting').getByRole('row', { name: /mia/ });
    await row.getByText('0 min', { exact: true }).waitFor();
    await row.getByText('Is anyone there? <b>Please</b> help', { exact: true }).waitFor();
    expect(await row.getByRole('cell').last().textContent()).toBe('3');
    await page.getByRole('navigation', { name: 'Pages' }).getByText('1 waiting').waitFor();
    await page.getByRole('link', { name: 'Automatic' }).click();
    await region('Automatic')
      .getByRole('row', { name: /^ben – – Freshet/ })
      .waitFor();
    await page.getByRole('link', { name: 'Open' }).click();
    await accessible('one waits');
  });

  it('shows the transcript as plain text, live, and takes the conversation over', async () => {
    await region('Waiting').getByRole('link', { name: 'mia' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'mia' }).waitFor();
    await messages().first().getByText('<b>Please</b> help').waitFor();
    await messages().nth(1).getByText('Not understood').waitFor();
    await messages().nth(2).getByText('Handed off').waitFor();
    await region('Summary').getByText('Nobody yet').waitFor();
    await say(mia, 'Are you there?');
    await messages().nth(3).getByText('Are you there?').waitFor();
    await accessible('a waiting conversation');
    await page.getByRole('button', { name: 'Take over' }).click();
    await region('Summary').getByText('Ann', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take over' }).waitFor({ state: 'detached' });
  });

  it('corrects the intent of a message', async () => {
    const message = messages().first();
    await message.getByText('Correct the intent').click();
    await accessible('a correction');
    await message.getByLabel('Another intent').selectOption('Contact details');
    await message.locator('.badge').getByText('Contact details', { exact: true }).waitFor();
    await region('Summary').getByText('Contact details').waitFor();
    await message.getByRole('button', { name: 'Out of scope' }).click();
    await message.locator('.badge').getByText('Out of scope', { exact: true }).waitFor();
  });

  it('replies with Ctrl+Enter', async () => {
    await page.getByLabel('Reply', { exact: true }).last().fill('Hello Mia, Ann here.');
    await page.keyboard.press('Control+Enter');
    await messages().nth(4).getByText('Hello Mia, Ann here.').waitFor();
    await region('Summary').getByText('No', { exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Reply' }).inputValue()).toBe('');
  });

  it('refuses a reply while another person answers, and takes over after a confirmation', async () => {
    await bob.data(TAKE_OVER, { id: mia, force: true });
    await region('Summary').getByText('Bob', { exact: true }).waitFor();
    await page.reload();
    const reply = page.getByRole('textbox', { name: 'Reply' });
    await reply.fill('Me again.');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByRole('form', { name: 'Reply' }).getByText('Bob answers this conversation').first().waitFor();
    await accessible('refused');
    await page.getByRole('button', { name: 'Take over from Bob' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take over' }).click();
    await region('Summary').getByText('Ann', { exact: true }).waitFor();
    expect(await reply.inputValue()).toBe('Me again.');
    await page.getByRole('button', { name: 'Send' }).click();
    await messages().nth(5).getByText('Me again.').waitFor();
    const input = { conversationId: mia, messageId: 'b1', text: 'Bob here.' };
    const { replyToConversation } = await bob.data<{ replyToConversation: ConversationAnswer }>(REPLY, { input });
    expect(replyToConversation.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  it('closes the conversation', async () => {
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText('The conversation is closed.').waitFor();
    await page.getByRole('textbox', { name: 'Reply' }).waitFor({ state: 'detached' });
    expect(await messages().count()).toBe(6);
    await page.getByRole('link', { name: 'All conversations' }).click();
    await page.getByRole('link', { name: 'Closed' }).click();
    await region('Closed')
      .getByRole('row', { name: /^mia .* Ann/ })
      .waitFor();
  });

  it('fits into 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await region('Closed').getByRole('link', { name: 'mia' }).click();
    await messages().first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await accessible('390 pixels');
  });

  it('has nothing to show of a conversation that does not exist', async () => {
    await page.goto(page.url().replace(/[^/]*$/, '00000000-0000-4000-8000-000000000000'));
    await page.getByText('No such conversation').waitFor();
    await open('Conversations');
  });

  it('lists questions without an answer, which a click corrects or takes off', async () => {
    const ben = await start('ben');
    await say(ben, 'brumble frobnicate 12345');
    await say(ben, 'frobnicate quux');
    await page.getByRole('link', { name: 'To review' }).click();
    const toReview = region('To review').getByRole('listitem');
    const question = toReview.filter({ hasText: 'brumble frobnicate •••' });
    await question.getByText('Unanswered', { exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await accessible('questions to review');
    await question.getByLabel('Another intent').selectOption('Contact details');
    const corrected = region('Corrected').getByRole('listitem').filter({ hasText: 'brumble frobnicate •••' });
    await corrected.getByText('Contact details').first().waitFor();
    await question.waitFor({ state: 'detached' });
    const other = toReview.filter({ hasText: 'frobnicate quux' });
    await other.getByRole('button', { name: 'Done' }).click();
    await other.waitFor({ state: 'detached' });
    await corrected.getByRole('link', { name: 'Conversation' }).click();
    await page.getByRole('heading', { level: 1, name: 'ben' }).waitFor();
  });
});
