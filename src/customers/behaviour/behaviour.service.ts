import { subjectOf } from '../../events/log-event';
import { SESSION_FEATURES } from '../../features/session-features';
import type { ActiveModel } from '../../models/active-model.service';
import type { CustomerService } from '../customer.service';
import { BEHAVIOURS } from './behaviour-label';
import type { BehaviourModel } from './behaviour-model';
import { pathText } from './behaviour-path';
import type { SessionBehaviour } from './behaviour.type';
import { predictBehaviour } from './predict-behaviour';
import type { SessionsReadModel } from './sessions.read-model';

/** Predicts the behaviour of the running session of a customer or an anonymous visit. */
export class BehaviourService {
  constructor(
    private readonly sessions: SessionsReadModel,
    private readonly model: ActiveModel<BehaviourModel>,
    private readonly customers: CustomerService,
  ) {}

  /**
   * Returns null if no session is running, or if the customer has opted out of profiling. Checks the opt-out.
   * @param identity the customer, or without one the visit
   */
  async findFor(identity: { readonly customerId?: string; readonly sessionId?: string }) {
    const { customerId } = identity;
    if (customerId !== undefined && (await this.customers.find(customerId))?.profiling === false) return null;
    const subject = subjectOf(identity);
    return subject === undefined ? null : this.find(subject);
  }

  /** Calls back after each event of the subject, until the returned function is called. */
  watch(subject: string, onChange: () => void): () => void {
    return this.sessions.watch(subject, onChange);
  }

  /** @returns null if no session of the subject is running */
  async find(subject: string): Promise<SessionBehaviour | null> {
    const session = await this.sessions.get(subject);
    const now = Date.now();
    const features = new Float64Array(SESSION_FEATURES.length);
    const startedAt = session.startedAt(now);
    if (startedAt === null || !session.fill(now, features)) return null;
    const { current: model, version } = this.model;
    const { probabilities, path, ...answer } = predictBehaviour(model, features);
    return {
      ...answer,
      probabilities: BEHAVIOURS.map((behaviour) => ({ behaviour, probability: probabilities[behaviour] })),
      path,
      explanation: pathText(path),
      modelVersion: version,
      startedAt: new Date(startedAt),
      asOf: new Date(now),
    };
  }
}
