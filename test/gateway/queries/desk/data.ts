/** A person as the people subgraph stores them. Invented. */
export interface PersonRow {
  readonly id: string
  readonly name: string | null
  readonly zip: number | null
  readonly friendId: string | null
  readonly mood: string
}

/** Ann and Bob are each other's friends; Cy has neither friend nor name nor zip, and a mood that clients do not know. */
export const people: readonly PersonRow[] = [
  { id: '1', name: 'Ann', zip: 10, friendId: '2', mood: 'GOOD' },
  { id: '2', name: 'Bob', zip: 20, friendId: '1', mood: 'BAD' },
  { id: '3', name: null, zip: null, friendId: null, mood: 'SECRET' },
]

/** A ticket as the tickets subgraph stores it. Invented. */
export interface TicketRow {
  readonly id: string
  readonly subject: string
  readonly authorId: string
  readonly followerIds: readonly string[]
}

/** Ann wrote the first two; everybody follows the second. */
export const tickets: readonly TicketRow[] = [
  { id: 't1', subject: 'Broken', authorId: '1', followerIds: ['2'] },
  { id: 't2', subject: 'Late', authorId: '1', followerIds: ['1', '2', '3', '1'] },
  { id: 't3', subject: 'Lost', authorId: '2', followerIds: [] },
]

/** How big somebody is: their number in metres, in whichever unit; metres for those nobody knows. */
export function toSize(id: string, unit: string | null): number {
  return Number(id) * (unit === 'mm' ? 1000 : unit === 'cm' ? 100 : 1)
}
