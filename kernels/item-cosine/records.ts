/** Converts sets to records for counting: see ../item-cosine.ts. */

/** Number of items or sets that a thread claims at a time. */
export const CLAIM_SIZE: i32 = 8;

/**
 * Writes the records of sets until no set is left.
 * @param next the first set that no thread has claimed, i32
 * @param setStarts sets + 1 offsets into `members`, i32
 * @param members items of each set in any order, i32
 * @param numbers by item: its number, i32
 * @param records by set: the address of its record (mask and list), i32
 * @param bits scratch memory of one bit per item and 16 bytes, all 0 before and after the call; each thread has its own
 */
export function arrange(
  sets: i32,
  next: usize,
  items: i32,
  setStarts: usize,
  members: usize,
  numbers: usize,
  lanes: usize,
  records: usize,
  bits: usize,
): void {
  const words = bits + (((<usize>items + 63) >> 6) << 3);
  for (;;) {
    const from = atomic.add<i32>(next, CLAIM_SIZE);
    if (from >= sets) return;
    for (let set = from; set < min(sets, from + CLAIM_SIZE); set++) {
      const end = members + ((<usize>load<i32>(setStarts + ((<usize>set) << 2), 4)) << 2);
      for (let at = members + ((<usize>load<i32>(setStarts + ((<usize>set) << 2))) << 2); at < end; at += 4) {
        const number = load<i32>(numbers + ((<usize>load<i32>(at)) << 2));
        const word = bits + (((<usize>number) >> 6) << 3);
        store<u64>(word, load<u64>(word) | ((<u64>1) << (number & 63)));
      }
      const record = <usize>load<u32>(records + ((<usize>set) << 2));
      memory.copy(record, bits, lanes << 4);
      memory.fill(bits, 0, lanes << 4);
      let to = record + (lanes << 4);
      for (let word = bits + (lanes << 4); word < words; word += 8) {
        let left = load<u64>(word);
        if (left == 0) continue;
        store<u64>(word, 0);
        for (const first = (word - bits) << 3; left != 0; left &= left - 1, to += 2)
          store<u16>(to, <u16>(first + <usize>ctz(left)));
      }
    }
  }
}

/**
 * Builds an index from items to sets: for each item, the addresses of its sets' records and of the item's place in each
 * (or of the start of the list, if the item is in the mask).
 * @param next by item: the index in `holders` of its next entry, i32; afterwards the index of the following item's
 *   first entry
 * @param holders entries of two addresses, i32
 */
export function index(
  sets: i32,
  setStarts: usize,
  members: usize,
  numbers: usize,
  lanes: usize,
  records: usize,
  next: usize,
  holders: usize,
): void {
  const masked = <i32>(lanes << 7);
  for (let set: usize = 0; set < <usize>sets; set++) {
    const record = load<u32>(records + (set << 2));
    const list = record + <u32>(lanes << 4);
    const end = members + ((<usize>load<i32>(setStarts + (set << 2), 4)) << 2);
    let cold: usize = list;
    for (let at = members + ((<usize>load<i32>(setStarts + (set << 2))) << 2); at < end; at += 4) {
      const number = load<i32>(numbers + ((<usize>load<i32>(at)) << 2));
      if (number < masked) addHolder(number, record, list, next, holders);
      else {
        addHolder(<i32>load<u16>(cold), record, <u32>cold, next, holders);
        cold += 2;
      }
    }
  }
}

function addHolder(item: i32, record: u32, place: u32, next: usize, holders: usize): void {
  const nextAt = next + ((<usize>item) << 2);
  const entry = load<i32>(nextAt);
  store<i32>(nextAt, entry + 1);
  store<u64>(holders + ((<usize>entry) << 3), ((<u64>place) << 32) | (<u64>record));
}
