import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '../platform/prisma';

/** Returns the secret with this name in `settings`, which all processes of the shop share. Creates it if it is missing. */
export async function readStoredSecret(prisma: Pick<PrismaClient, 'setting'>, name: string): Promise<Buffer> {
  const fresh = { name, value: randomBytes(32).toString('base64') };
  await prisma.setting.createMany({ data: [fresh], skipDuplicates: true });
  const stored = await prisma.setting.findUniqueOrThrow({ where: { name } });
  return Buffer.from(stored.value, 'base64');
}
