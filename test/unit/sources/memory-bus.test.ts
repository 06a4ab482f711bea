import { describeBusSource } from '../../conformance/bus-source';
import { MemoryBus } from '../../conformance/memory-bus';

describeBusSource('a bus in memory', async () => new MemoryBus());
