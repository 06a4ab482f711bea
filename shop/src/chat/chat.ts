import type { RequestError } from '@freshet/client';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { newId } from '../app/new-id';
import type { ChatApi, RequestDetails } from './chat-api';
import { type ConversationState, mergeConversation, type UnsentMessage, unsentOf } from './conversation-state';
import type { StoredConversations } from './stored-conversations';

/**
 * The visitor's conversation with the shop. It starts with the first message, and continues after a reload and after the
 * sign-in. When another customer signs in or the customer signs out, nothing of it stays on the page.
 */
export class Chat {
  readonly isOpen = signal(false);
  readonly conversation = signal<ConversationState | undefined>(undefined);
  /** Messages that the shop has not confirmed, the oldest first. */
  readonly unsent = signal<readonly UnsentMessage[]>([]);
  /** The text that the visitor is typing. */
  readonly draft = signal('');
  readonly fault = signal<RequestError | undefined>(undefined);
  /** Whether a stored conversation is about to be shown. */
  readonly isLoading = signal(false);
  readonly isHandingOff = signal(false);
  /** The buttons that were pressed on this page. */
  readonly pressed = signal<ReadonlySet<string>>(new Set());
  private readonly seenCount = signal(0);
  /** The number of messages that have arrived while the chat was closed. */
  readonly unreadCount = computed(() =>
    this.isOpen.value
      ? 0
      : (this.conversation.value?.messages.slice(this.seenCount.value) ?? []).filter(
          ({ author }) => author !== 'CUSTOMER',
        ).length,
  );
  private customerId: string | undefined;
  private id: string | undefined;
  /** Another object after each reset. Responses to requests of before the reset are ignored. */
  private epoch = {};
  private queue = Promise.resolve();
  private starting: Promise<string> | undefined;
  private unfollow = () => {};

  constructor(
    private readonly api: ChatApi,
    private readonly stored: StoredConversations,
    customer?: ReadonlySignal<{ readonly id: string } | undefined>,
  ) {
    this.customerId = customer?.peek()?.id;
    this.restore();
    customer?.subscribe((now) => this.changeCustomer(now?.id));
  }

  open(): void {
    this.isOpen.value = true;
    this.seenCount.value = this.conversation.peek()?.messages.length ?? 0;
  }

  close(): void {
    this.isOpen.value = false;
  }

  /** Shows a message as unsent, and sends it after those before it. */
  send(text: string, choiceId?: string): void {
    const message: UnsentMessage = { messageId: newId(), text, choiceId, state: 'sending' };
    this.unsent.value = [...this.unsent.peek(), message];
    this.enqueue(message.messageId);
  }

  sendAgain(messageId: string): void {
    this.changeUnsent(messageId, { state: 'sending', error: undefined });
    this.enqueue(messageId);
  }

  /** Passes the conversation on to a person; starts one if there is none. */
  async handOff(): Promise<void> {
    const { epoch } = this;
    this.fault.value = undefined;
    this.isHandingOff.value = true;
    try {
      const id = await this.startedId();
      if (epoch !== this.epoch) return;
      const head = await this.api.handOff(id);
      if (epoch === this.epoch) this.apply({ ...head, messages: [] });
    } catch (error) {
      if (epoch === this.epoch) this.fail(error as RequestError);
    }
    if (epoch === this.epoch) this.isHandingOff.value = false;
  }

  /** Presses a button of an answer, which requests something from the shop. It can be pressed again after an error. */
  async press(actionId: string, details: RequestDetails = {}): Promise<void> {
    const { epoch, id } = this;
    if (id === undefined || this.pressed.peek().has(actionId)) return;
    this.fault.value = undefined;
    this.pressed.value = new Set([...this.pressed.peek(), actionId]);
    try {
      const conversation = await this.api.requestAction(id, actionId, details);
      if (epoch === this.epoch) this.apply(conversation);
    } catch (error) {
      if (epoch !== this.epoch) return;
      this.pressed.value = new Set([...this.pressed.peek()].filter((one) => one !== actionId));
      this.fail(error as RequestError);
    }
  }

  /** Stores the visitor's address for the reply; null removes it. @returns whether it is stored */
  async setReplyAddress(email: string | null): Promise<boolean> {
    const { epoch, id } = this;
    if (id === undefined) return false;
    this.fault.value = undefined;
    try {
      const head = await this.api.setReplyAddress(id, email);
      if (epoch === this.epoch) this.apply({ ...head, messages: [] });
      return true;
    } catch (error) {
      if (epoch === this.epoch) this.fail(error as RequestError);
      return false;
    }
  }

  /** Stores whether an automatic answer has helped. */
  async rate(answerId: string, helpful: boolean): Promise<void> {
    const { epoch } = this;
    const show = (rating: boolean | null) => {
      const known = this.conversation.peek();
      if (epoch !== this.epoch || known === undefined) return;
      const messages = known.messages.map((one) => (one.id === answerId ? { ...one, helpful: rating } : one));
      this.conversation.value = { ...known, messages };
    };
    this.fault.value = undefined;
    show(helpful);
    try {
      await this.api.rate(answerId, helpful);
    } catch (error) {
      show(null);
      if (epoch === this.epoch) this.fail(error as RequestError);
    }
  }

  /** Leaves a closed conversation. Another one starts with the next message; unsent messages become the draft. */
  leave(): void {
    const texts = this.unsent.peek().map(({ text }) => text);
    this.forget();
    this.draft.value = texts.join('\n');
  }

  private changeCustomer(customerId: string | undefined): void {
    if (customerId === this.customerId) return;
    const { stored } = this;
    const visitorsId = stored.find(undefined);
    if (visitorsId !== undefined) {
      stored.store(undefined, undefined);
      // The customer's token opens what the same visitor has written before the sign-in.
      if (customerId !== undefined) stored.store(customerId, visitorsId);
    }
    this.customerId = customerId;
    this.reset();
    this.restore();
  }

  private restore(): void {
    const id = this.stored.find(this.customerId);
    if (id === undefined) return;
    this.isLoading.value = true;
    this.follow(id);
  }

  /** Removes the conversation from the page and from the tab's memory. */
  private forget(): void {
    this.stored.store(this.customerId, undefined);
    this.reset();
  }

  private reset(): void {
    this.unfollow();
    this.unfollow = () => {};
    this.epoch = {};
    this.queue = Promise.resolve();
    this.starting = this.id = undefined;
    this.conversation.value = this.fault.value = undefined;
    this.unsent.value = [];
    this.pressed.value = new Set();
    this.draft.value = '';
    this.seenCount.value = 0;
    this.isLoading.value = this.isHandingOff.value = false;
  }

  private follow(id: string): void {
    const { epoch } = this;
    this.id = id;
    this.unfollow = this.api.follow(id, {
      next: (conversation) => {
        if (epoch !== this.epoch) return;
        this.fault.value = undefined;
        this.apply(conversation);
      },
      error: (error) => epoch === this.epoch && this.fail(error),
    });
  }

  private apply(update: ConversationState): void {
    const before = this.conversation.peek();
    const merged = mergeConversation(before, update);
    this.conversation.value = merged;
    this.unsent.value = unsentOf(this.unsent.peek(), merged);
    this.isLoading.value = false;
    if (this.isOpen.peek() || before === undefined) this.seenCount.value = merged.messages.length;
  }

  /** Handles an error that belongs to no message. */
  private fail(error: RequestError): void {
    if (isGone(error)) this.forget();
    else this.fault.value = error;
  }

  private startedId(): Promise<string> {
    if (this.id !== undefined) return Promise.resolve(this.id);
    const { epoch } = this;
    this.starting ??= this.api.start().then(
      (id) => {
        if (epoch !== this.epoch) return id;
        this.starting = undefined;
        this.stored.store(this.customerId, id);
        this.conversation.value = {
          id,
          status: 'AUTOMATIC',
          operatorName: null,
          hasReplyAddress: false,
          revision: '0',
          messages: [],
        };
        this.follow(id);
        return id;
      },
      (error: unknown) => {
        if (epoch === this.epoch) this.starting = undefined;
        throw error;
      },
    );
    return this.starting;
  }

  private enqueue(messageId: string): void {
    const { epoch } = this;
    this.queue = this.queue.then(() => this.deliver(messageId, epoch));
  }

  /** Sends a message, again after the stated time if the shop accepts none for a while. */
  private async deliver(messageId: string, epoch: object): Promise<void> {
    for (;;) {
      // The subscription may have delivered the message although the response was lost.
      const message = this.unsent.peek().find((one) => one.messageId === messageId);
      if (epoch !== this.epoch || message === undefined) return;
      try {
        const id = await this.startedId();
        if (epoch !== this.epoch) return;
        const conversation = await this.api.ask(id, message);
        if (epoch === this.epoch) this.apply(conversation);
        return;
      } catch (fault) {
        if (epoch !== this.epoch) return;
        const error = fault as RequestError;
        // The visitor's session has expired: the message begins another conversation.
        if (isGone(error)) return this.startAnew();
        if (error.retryAfterMs === undefined)
          return this.changeUnsent(messageId, { state: 'failed', error: error.message });
        this.changeUnsent(messageId, { state: 'delayed' });
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
      }
    }
  }

  /** Sends the unsent messages in another conversation, in which the choices of this one have no meaning. */
  private startAnew(): void {
    const unsent = this.unsent.peek();
    const draft = this.draft.peek();
    this.forget();
    this.draft.value = draft;
    for (const { text } of unsent) this.send(text);
  }

  private changeUnsent(messageId: string, change: Partial<UnsentMessage>): void {
    this.unsent.value = this.unsent.peek().map((one) => (one.messageId === messageId ? { ...one, ...change } : one));
  }
}

/** Returns whether the conversation does not exist for this visitor. Errors of an argument have its path. */
function isGone({ code, argument }: RequestError): boolean {
  return code === 'NOT_FOUND' && argument === undefined;
}
