import type { ProductInput } from '../catalog/product.type';
import { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { Viewer } from '../graphql/context';
import { ShipmentReader } from '../logistics/shipment-reader.service';
import { OrderReader } from '../orders/order-reader.service';
import { returnWindowOf } from '../orders/return-window';
import type { Platform } from '../platform/connect';
import { inTransaction } from '../platform/postgres';
import type { FoundProducts } from '../search/search.service';
import { AnswerService } from '../support/answers/answer.service';
import { ArticlesReadModel } from '../support/articles/articles.read-model';
import { ConversationService } from '../support/conversation.service';
import { findConversationOf } from '../support/conversation.store';
import { ConversationWriter } from '../support/conversation-writer.service';
import { OperatorService } from '../support/operator.service';
import { findOwnNumbers } from '../support/own-numbers.store';
import { messageTime, type DemoConversation } from './demo-conversations';

const SHOP: Viewer = { scope: 'SERVER', keyId: 'demo' };
const OPERATOR: Viewer = { scope: 'OPERATOR', keyId: 'demo-operator' };
const OPERATOR_NAME = 'Ann (synthetic)';

/**
 * Stores synthetic conversations, by the services that answer customers. Answers state the facts of the demo shop. No
 * model of intents is fitted yet, so the intents are those of the script.
 */
export class ConversationFiller {
  private clock = 0;
  private readonly intents = new Map<string, string>();

  constructor(
    private readonly platform: Platform,
    private readonly eventLog: EventLog,
    private readonly catalogue: readonly ProductInput[],
  ) {}

  /** Does nothing to what an earlier call has stored. */
  async fill(conversations: readonly DemoConversation[]): Promise<void> {
    const writer = new ConversationWriter(this.eventLog, () => this.clock);
    const service = await this.service(writer);
    const operators = new OperatorService(writer, () => Promise.resolve(OPERATOR_NAME));
    for (const conversation of conversations) {
      const { customerId, startedAt, messages, isClosed } = conversation;
      this.clock = startedAt;
      const stored = await findConversationOf(this.platform.pool, customerId);
      const conversationId = stored ?? (await service.start({ customerId }, SHOP, null)).conversation!.id;
      for (const [index, message] of messages.entries()) {
        this.clock = messageTime(conversation, index);
        const sent = { conversationId, messageId: `demo-${index}`, text: message.text };
        if ('by' in message) await operators.reply(sent, OPERATOR);
        else {
          this.intents.set(message.text, message.intent);
          await service.ask({ ...sent, choice: null }, SHOP, null);
        }
      }
      if (isClosed) await operators.close(conversationId, OPERATOR);
    }
  }

  private async service(writer: ConversationWriter): Promise<ConversationService> {
    const { pool, config, log } = this.platform;
    const products = new ProductsReadModel();
    const articles = new ArticlesReadModel(config.shopLanguage);
    await inTransaction(pool, async (client) => {
      await products.load(client);
      await articles.load(client);
    });
    const orders = new OrderReader(pool, products, returnWindowOf(config));
    const answers = new AnswerService({
      ...{ orders, products, articles },
      shipments: new ShipmentReader(pool, orders),
      estimates: { estimate: () => Promise.resolve(undefined) },
      requests: { areOffered: () => Promise.resolve(false), findOpen: () => Promise.resolve(undefined) },
      understanding: { understand: (text) => this.understand(text) },
      findOwnNumbers: (owner, codes) => findOwnNumbers(pool, owner, codes),
      findProducts: (_, query) => Promise.resolve(this.findProducts(query)),
      recommend: () => Promise.resolve([]),
      shopLanguage: config.shopLanguage,
      timeZone: config.timeZone,
      returnDays: config.returnDays,
    });
    return new ConversationService({ writer, pool, answers, limits: { charge: () => undefined }, log });
  }

  private understand(text: string) {
    const intent = this.intents.get(text) ?? null;
    const candidates = intent === null ? [] : [{ intent, confidence: 1 }];
    return { intent, confidence: intent === null ? 0 : 1, candidates, modelVersion: null, part: text };
  }

  /** Finds the products whose title the query has. */
  private findProducts(query: string): FoundProducts {
    const words = new Set(wordsOf(query));
    const named = this.catalogue.filter(({ title }) => wordsOf(title ?? '').every((word) => words.has(word)));
    return { ids: named.map(({ id }) => id), matchCount: named.length, ignoredWords: [] };
  }
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
