/** A note that is written and read by several subgraphs. Invented. */
export interface Note {
  readonly id: string
  text: string
  stars: number
  readonly history: string[]
}

/** What has been written, in order. */
export const state: { notes: Note[]; writes: number } = { notes: [], writes: 0 }

/** Takes everything back. */
export function reset(): void {
  state.notes = ['1', '2'].map((id) => ({ id, text: `Note ${id}`, stars: 0, history: [] }))
  state.writes = 0
}

/** A note by key. */
export const findNote = (key: { readonly id: string }): Note | null =>
  state.notes.find(({ id }) => id === key.id) ?? null

/** Writes to a note, and counts. Throws for a note that is not there. */
export function write(id: string, change: (note: Note) => void, deed: string): Note {
  const note = findNote({ id })
  if (note === null) throw new Error(`no note ${id}`)
  change(note)
  note.history.push(`${++state.writes}:${deed}`)
  return note
}

/** What the notes are worth by now. */
export const toTotal = (): number => state.notes.reduce((sum, { stars }) => sum + stars, 0)
