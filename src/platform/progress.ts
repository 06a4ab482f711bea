/** A number that grows, and those who wait for it. */
export class Progress {
  private readonly waiting = new Set<{ value: number; reached: () => void }>();

  constructor(private current: number) {}

  get value(): number {
    return this.current;
  }

  /** May also go back: whoever waits goes on waiting. */
  set(value: number): void {
    this.current = value;
    for (const entry of this.waiting) if (entry.value <= value) entry.reached();
  }

  /** Resolves true once it is at `value` or beyond, false after `boundMs`. */
  async reaches(value: number, boundMs: number): Promise<boolean> {
    if (this.current >= value) return true;
    return new Promise((resolve) => {
      const entry = { value, reached: () => finish(true) };
      const timer = setTimeout(() => finish(false), boundMs);
      const finish = (reached: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(entry);
        resolve(reached);
      };
      this.waiting.add(entry);
    });
  }
}
