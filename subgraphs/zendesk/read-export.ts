import { z } from 'zod'
import type { AccountClient, Answer } from '../../kit/account-client.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Json } from '../../store/kinds.ts'
import { PROVIDER } from './wire.ts'

/** Where an export by cursor goes on; null begins at the beginning of history. */
const exportCursor = z.object({ after: z.string().nullable() })

const wireExport = z.looseObject({ after_cursor: z.string().nullish(), end_of_stream: z.boolean().nullish() })

/** An export of what changed, in the order of the changes, by cursor. */
export interface Export {
  readonly name: string
  readonly path: string
  readonly perPage: number
  /** What is to stand beside the records. */
  readonly include: string | null
}

/** One page of an export, and the place behind it, which is kept for ever: the next run goes on from there. */
export interface ExportPage {
  readonly answer: Answer
  readonly cursor: z.output<typeof exportCursor>
  readonly done: boolean
}

/**
 * Reads one page of an export: the first time from the beginning of history, and then only ever by its cursor.
 *
 * What changed in the latest minute is not in it yet, and comes with a later page, so that nothing is passed by.
 * Source: "Using the Incremental Exports API", cursor-based exports.
 */
export async function readExport(
  client: AccountClient,
  { name, path, perPage, include }: Export,
  place: { readonly cursor: Json | null; readonly signal: AbortSignal },
): Promise<ExportPage> {
  const origin = { provider: PROVIDER, stream: `${name} cursor` }
  const { after } = place.cursor === null ? { after: null } : readWire(exportCursor, place.cursor, origin)
  const answer = await client.request({
    method: 'GET',
    path,
    query: { ...(after === null ? { start_time: 0 } : { cursor: after }), per_page: perPage, include },
    signal: place.signal,
  })
  const page = readWire(wireExport, answer.body, { provider: PROVIDER, stream: name })
  const next = page.after_cursor ?? after
  return { answer, cursor: { after: next }, done: page.end_of_stream !== false || next === after }
}
