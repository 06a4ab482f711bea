import { setPriority } from 'node:os';
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { refreshBlend } from '../src/recommend/blend.service';

// On Linux this lowers the thread alone: serving goes first.
setPriority(19);
const platform = connectPlatform({ ...readConfig(), databaseConnections: 2 }, 'fit-blend');
void refreshBlend(platform).finally(() => platform.close());
