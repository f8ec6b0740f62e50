/** How much a search looks at, of each kind and whatever the words. What is beyond is not found. */
export interface Bounds {
  /** Of what holds the words, so many are ranked: what holds them whole before the rest, and of that the newest. */
  readonly ranked: number
  /** Rows that one way of taking a query may look at, divided by the number of words: the newest that hold the rarest. */
  readonly rows: number
  /** Entries of the index of words that it may read. */
  readonly entries: number
  /** Where no word is rare enough to be looked up, so many of the newest rows are looked at, or ten times as many. */
  readonly walked: number
}

/** The product's own. */
export const BOUNDS: Bounds = { ranked: 300, rows: 20_000, entries: 200_000, walked: 5_000 }
