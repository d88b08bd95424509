/** Up to so many items are sorted by insertion. */
const insertionLimit = 16;

/**
 * Sorts in place, and leaves items that compare as equal in the order in which .NET's `List.Sort` leaves them.
 *
 * That order is what decides how a key is spelled that sources write in different ways, so it has to be the same sort: quicksort with the median of the
 * first, middle and last item, insertion for what is short.
 *
 * Differs from .NET: what splits badly again and again goes to the platform's sort, not to a heap sort.
 *
 * @see System.Collections.Generic.ArraySortHelper
 */
export function sortAsDotNet<T>(items: T[], compare: (a: T, b: T) => number): void {
  sortRange(items, 0, items.length, 2 * (32 - Math.clz32(items.length)), compare);
}

function sortRange<T>(items: T[], begin: number, end: number, splits: number, compare: (a: T, b: T) => number): void {
  while (end - begin > insertionLimit) {
    if (splits-- === 0) {
      const sorted = items.slice(begin, end).sort(compare);
      sorted.forEach((item, index) => (items[begin + index] = item));
      return;
    }
    const pivot = partition(items, begin, end - 1, compare);
    sortRange(items, pivot + 1, end, splits, compare);
    end = pivot;
  }
  if (end - begin === 3) orderThree(items, begin, begin + 1, begin + 2, compare);
  else insertInOrder(items, begin, end, compare);
}

/** Puts what is less than a median before it, what is greater behind it; where it is then. */
function partition<T>(items: T[], first: number, last: number, compare: (a: T, b: T) => number): number {
  const middle = first + ((last - first) >> 1);
  orderThree(items, first, middle, last, compare);
  const pivot = items[middle]!;
  // Out of the way, until it is known where it belongs.
  swap(items, middle, last - 1);
  let left = first;
  let right = last - 1;
  while (left < right) {
    do left++;
    while (compare(items[left]!, pivot) < 0);
    do right--;
    while (compare(pivot, items[right]!) < 0);
    if (left < right) swap(items, left, right);
  }
  swap(items, left, last - 1);
  return left;
}

function orderThree<T>(items: T[], a: number, b: number, c: number, compare: (a: T, b: T) => number): void {
  for (const [low, high] of [
    [a, b],
    [a, c],
    [b, c],
  ] as const) {
    if (compare(items[low]!, items[high]!) > 0) swap(items, low, high);
  }
}

function insertInOrder<T>(items: T[], begin: number, end: number, compare: (a: T, b: T) => number): void {
  for (let next = begin + 1; next < end; next++) {
    const item = items[next]!;
    let place = next;
    for (; place > begin && compare(item, items[place - 1]!) < 0; place--) items[place] = items[place - 1]!;
    items[place] = item;
  }
}

function swap<T>(items: T[], a: number, b: number): void {
  [items[a], items[b]] = [items[b]!, items[a]!];
}
