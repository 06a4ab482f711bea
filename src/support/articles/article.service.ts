import { codePointsIn, isLongerThan } from '../../expressions/code-points';
import { commitChange } from '../../events/commit-change';
import { badItem, type FieldFault } from '../../events/field-faults';
import type { Outbox } from '../../events/outbox.service';
import { receiptOf } from '../../events/receipts';
import { isVisible } from '../../graphql/id';
import { checkItemCount } from '../../graphql/item-count';
import { faultOfName } from '../../graphql/shown-text';
import { isStorable, isWebUrl, UNSTORABLE } from '../../graphql/storable';
import { itemUserError, type UserError } from '../../graphql/user-error.type';
import { LANGUAGE_FORM, readLanguage } from '../../platform/codes';
import type { Pool } from '../../platform/postgres';
import { faultOfIntent } from '../understanding/intents';
import type { ArticleRecord } from './article';
import { lockArticles, pageOfArticles, removeArticles, writeArticles } from './article.store';
import {
  MAX_ARTICLES_PER_REQUEST,
  MAX_INTENTS_OF_ARTICLE,
  type Article,
  type ArticleInput,
  type DeleteArticlesPayload,
  type UpsertArticlesPayload,
} from './article.type';

const MAX_ARTICLES = 2_000;
const MAX_TITLE_LENGTH = 200;
const MAX_BODY_LENGTH = 20_000;
const MAX_URL_LENGTH = 2_000;

/** Reads and changes the articles of the shop. */
export class ArticleService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  /** Returns up to `count` articles in order of id. @param after return only articles with a greater id */
  async page(after: string | undefined, count: number): Promise<Article[]> {
    return (await pageOfArticles(this.pool, after, count)).map(shown);
  }

  async upsert(inputs: readonly ArticleInput[]): Promise<UpsertArticlesPayload> {
    checkItemCount(inputs.length, MAX_ARTICLES_PER_REQUEST, 'articles');
    const updatedAt = new Date().toISOString();
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      const { stored, count } = await lockArticles(
        client,
        inputs.map(({ id }) => id),
      );
      let articleCount = count;
      const accepted = new Map<string, ArticleRecord>();
      const changed = new Map<string, ArticleRecord>();
      const userErrors: UserError[] = [];
      inputs.forEach((input, index) => {
        const before = stored.get(input.id);
        const merged = mergeArticle(before, input);
        const fault =
          'code' in merged ? merged : before === undefined && articleCount >= MAX_ARTICLES ? TOO_MANY : undefined;
        if (fault !== undefined) return void userErrors.push(itemUserError('articles', index, fault));
        if (before === undefined) articleCount++;
        const record = isSame(before, merged as ArticleRecord) ? before! : { ...(merged as ArticleRecord), updatedAt };
        if (record !== before) changed.set(input.id, record);
        stored.set(input.id, record);
        accepted.set(input.id, record);
      });
      const records = [...changed.values()];
      await writeArticles(client, records);
      return {
        change: records.length === 0 ? null : { articles: records },
        accepted: inputs.length - userErrors.length,
        articles: [...accepted.values()].map(shown),
        userErrors,
      };
    });
    return { ...written, receipt: receiptOf(position) };
  }

  async delete(ids: readonly string[]): Promise<DeleteArticlesPayload> {
    checkItemCount(ids.length, MAX_ARTICLES_PER_REQUEST, 'articles');
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      await lockArticles(client, []);
      const removed = await removeArticles(client, ids);
      const userErrors = ids.flatMap((id, index) =>
        removed.includes(id)
          ? []
          : [itemUserError('ids', index, { code: 'NOT_FOUND', message: 'There is no such article.' })],
      );
      return {
        change: removed.length === 0 ? null : { deletedArticles: removed },
        accepted: ids.length - userErrors.length,
        userErrors,
      };
    });
    return { ...written, receipt: receiptOf(position) };
  }
}

const TOO_MANY = badItem(`a shop can have at most ${MAX_ARTICLES} articles: delete some first`, 'id');

function mergeArticle(
  stored: ArticleRecord | undefined,
  { id, title, body, url, language, intents }: ArticleInput,
): Omit<ArticleRecord, 'updatedAt'> | FieldFault {
  const merged = {
    id,
    title: title === undefined ? stored?.title : title,
    body: body === undefined ? stored?.body : body,
    url: (url === undefined ? stored?.url : url) ?? null,
    language: (language === undefined ? stored?.language : language && (readLanguage(language) ?? language)) ?? null,
    intents: (intents === undefined ? stored?.intents : intents) ?? [],
  };
  const titleFault = faultOfName('title', merged.title, MAX_TITLE_LENGTH);
  if (titleFault !== undefined) return badItem(titleFault, 'title');
  const { body: text } = merged;
  if (text == null || !isVisible(text)) return badItem('body is required and must not be blank', 'body');
  if (isLongerThan(text, MAX_BODY_LENGTH))
    return badItem(`body must have at most ${MAX_BODY_LENGTH} characters; got ${codePointsIn(text)}`, 'body');
  if (!isStorable(text)) return badItem(`body ${UNSTORABLE}`, 'body');
  if (merged.url !== null && (isLongerThan(merged.url, MAX_URL_LENGTH) || !isWebUrl(merged.url)))
    return badItem(`url must be an http or https URL of at most ${MAX_URL_LENGTH} characters`, 'url');
  if (merged.language !== null && readLanguage(merged.language) === undefined)
    return badItem(`language must be ${LANGUAGE_FORM}`, 'language');
  if (merged.intents.length > MAX_INTENTS_OF_ARTICLE)
    return badItem(
      `an article must have at most ${MAX_INTENTS_OF_ARTICLE} intents; got ${merged.intents.length}`,
      'intents',
    );
  for (const [index, intent] of merged.intents.entries()) {
    const fault = faultOfIntent(intent);
    if (fault !== undefined) return badItem(`intents[${index}] ${fault}`, `intents[${index}]`);
  }
  return merged as Omit<ArticleRecord, 'updatedAt'>;
}

function isSame(before: ArticleRecord | undefined, after: Omit<ArticleRecord, 'updatedAt'>): boolean {
  if (before === undefined) return false;
  const { updatedAt: _, ...content } = before;
  return JSON.stringify(content) === JSON.stringify(after);
}

function shown(record: ArticleRecord): Article {
  return { ...record, updatedAt: new Date(record.updatedAt) };
}
