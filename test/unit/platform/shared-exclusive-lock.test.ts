import { SharedExclusiveLock } from '../../../src/platform/shared-exclusive-lock';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('admits many together, or one alone: after those inside, before later ones', async () => {
  const gate = new SharedExclusiveLock();
  const order: string[] = [];
  let leave!: () => void;
  const inside = gate.shared(async () => {
    order.push('first');
    await new Promise<void>((resolve) => (leave = resolve));
  });
  const beside = gate.shared(async () => void order.push('beside'));
  const alone = gate.exclusive(async () => {
    order.push('alone');
    await turn();
    order.push('alone ends');
    throw new Error('harms nobody else');
  });
  const later = gate.shared(async () => void order.push('later'));
  const next = gate.exclusive(async () => void order.push('next'));
  await turn();
  expect(order).toEqual(['first', 'beside']);
  leave();
  await expect(alone).rejects.toThrow('harms nobody else');
  await Promise.all([inside, beside, later, next]);
  expect(order.slice(0, 4)).toEqual(['first', 'beside', 'alone', 'alone ends']);
  expect(order.slice(4).sort()).toEqual(['later', 'next']);
});
