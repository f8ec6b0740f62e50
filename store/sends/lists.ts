import type { Database } from '../database.ts'
import { BadCursorError } from '../errors.ts'
import type { Page } from '../list.ts'
import { type Send, SEND_COLUMNS, type SendState } from './send.ts'

/** Which sends are wanted; what is null or left out lets all pass. */
export interface SendFilter {
  readonly states?: readonly SendState[] | null
  readonly integrationId?: string | null
  readonly action?: string | null
}

/** Which part of the list is wanted. */
export interface SendPageRequest {
  readonly first: number
  readonly after?: string | null
  readonly filter?: SendFilter
}

const LIST = 'sends'
const LAST = '9223372036854775807'

function fromCursor(cursor: string): string {
  const [, of, number] = /^(\w+) (\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (of !== LIST || number === undefined) throw new BadCursorError(`this cursor is not of a list of ${LIST}`)
  return number
}

/** A send of a workspace; null also when it is another's. */
export async function findSend(database: Database, workspaceId: string, id: string): Promise<Send | null> {
  const [send] = await database
    .workspace(workspaceId)
    .query<Send>(`select ${SEND_COLUMNS} from send s where s.id = $1`, [id])
  return send ?? null
}

const PASSES = `s.workspace_id = $1 and ($2::text[] is null or s.state = any ($2))
  and ($3::uuid is null or s.integration_id = $3) and ($4::text is null or s.action = $4)`

/** The sends of a workspace, newest first. @throws BadCursorError */
export async function pageSends(
  database: Database,
  workspaceId: string,
  { first, after = null, filter = {} }: SendPageRequest,
): Promise<Page<Send>> {
  const own = database.workspace(workspaceId)
  const { states = null, integrationId = null, action = null } = filter
  const passes = [workspaceId, states, integrationId, action]
  const found = await own.query<Send & { readonly number: string }>(
    `select ${SEND_COLUMNS}, s.number::text as number from send s
     where ${PASSES} and s.number < $5 order by s.number desc limit $6`,
    [...passes, after === null ? LAST : fromCursor(after), first + 1],
  )
  const rows = found.slice(0, first)
  return {
    rows,
    cursors: rows.map(({ number }) => Buffer.from(`${LIST} ${number}`).toString('base64url')),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== null,
    async totalCount() {
      const [row] = await own.query<{ count: number }>(
        `select count(*)::int as count from send s where ${PASSES}`,
        passes,
      )
      return row?.count ?? 0
    },
  }
}
