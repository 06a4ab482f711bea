import type { Rating } from '../../../../src/evaluation/recommend/rating';
import { seededRandom } from '../../../../src/learn/seeded-random';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ITEMS_PER_TOPIC = 40;

export interface SequenceShape {
  readonly users: number;
  readonly topics: number;
  readonly perUser: number;
  /** Probability that an event is the successor of the one before. 0: only the topic matters. */
  readonly succession: number;
  /** Probability that a user changes the topic after an event. */
  readonly drift: number;
  readonly eventsPerSession: number;
}

/**
 * SYNTHETIC click sequences, not people's. Each user follows a topic that changes now and then. An event is the
 * successor of the one before (the next item of the topic), or else an item of the topic, of which the first ones are
 * more popular. No user has an item twice. Deterministic.
 */
export function syntheticSequences(shape: SequenceShape): Rating[] {
  const random = seededRandom(7);
  const below = (limit: number): number => Math.floor(random() * limit);
  const ratings: Rating[] = [];
  for (let user = 0; user < shape.users; user++) {
    const seen = new Set<number>();
    let topic = below(shape.topics);
    let at = Date.UTC(2020, 0, 1) + below(300) * DAY + below(1_440) * MINUTE;
    let item = -1;
    while (seen.size < shape.perUser) {
      if (random() < shape.drift) topic = below(shape.topics);
      const successor = item + 1;
      const follows = item >= 0 && random() < shape.succession && successor % ITEMS_PER_TOPIC !== 0;
      item = follows ? successor : topic * ITEMS_PER_TOPIC + Math.floor(ITEMS_PER_TOPIC * random() ** 2);
      at += random() < 1 / shape.eventsPerSession ? (1 + below(5)) * DAY : MINUTE * (1 + below(5));
      if (seen.has(item)) continue;
      seen.add(item);
      ratings.push({ user: `u${user}`, item: `i${item}`, value: 1, at });
    }
  }
  return ratings;
}
