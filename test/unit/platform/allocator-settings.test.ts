import { withAllocatorSettings } from '../../../src/platform/allocator-settings';

it("adds the allocator's settings, but an operator's own settings take precedence", () => {
  const env = { PATH: '/bin', MALLOC_ARENA_MAX: '8' };
  expect(withAllocatorSettings(env)).toEqual({ ...env, MALLOC_MMAP_THRESHOLD_: '262144' });
});
