import type { ChildProcess } from 'node:child_process';
import type { Ended } from './command';

interface HostAnswer {
  readonly error?: string;
}

interface Order {
  readonly kind: 'api' | 'worker';
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export declare class ShopHost {
  readonly child: ChildProcess | null;
  open(id: string, order: Order): Promise<HostAnswer & { readonly port?: number }>;
  close(id: string): Promise<HostAnswer>;
  closeAll(): Promise<void>;
  command(args: readonly string[], env: NodeJS.ProcessEnv, input?: string): Promise<HostAnswer & Ended>;
}
