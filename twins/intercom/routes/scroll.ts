import { randomUUID } from 'node:crypto'
import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { apiError } from '../errors.ts'
import { renderCompany } from '../render/company.ts'
import type { ApiCall, ApiHandler } from './call.ts'

/** Rows a scroll answers at a time. */
const rowsPerCall = 100

/** A scroll nobody uses for this long is gone. Source: the published 2.16 description. */
const idleSeconds = 60

interface Scroll {
  readonly token: string
  readonly companyIds: readonly string[]
  position: number
  usedAt: number
}

/** The scroll over all companies: one at a time for the whole workspace. */
export function createScrollRoutes(): Readonly<Record<string, ApiHandler>> {
  let current: Scroll | null = null
  const begin = (call: ApiCall, now: number): Scroll => {
    if (current) throw apiError(400, 'scroll_exists', 'scroll already exists for this workspace')
    current = {
      // Reading must not move the workspace's own chance on: it decides the ids of what comes next.
      token: randomUUID(),
      companyIds: [...call.world.companies.keys()],
      position: 0,
      usedAt: now,
    }
    return current
  }
  const scroll = (call: ApiCall): TwinReply => {
    const now = call.world.clock.seconds()
    if (current && now - current.usedAt > idleSeconds) current = null
    const token = call.request.query.get('scroll_param')
    if (token !== null && current?.token !== token) throw apiError(404, 'not_found', 'scroll parameter not found')
    const open = token === null || !current ? begin(call, now) : current
    const ids = open.companyIds.slice(open.position, open.position + rowsPerCall)
    open.position += rowsPerCall
    open.usedAt = now
    if (ids.length === 0) current = null
    const companies = ids.flatMap((id) => call.world.companies.get(id) ?? [])
    return json({
      type: 'list',
      data: companies.map((company) => renderCompany(call.world, company)),
      pages: null,
      total_count: null,
      scroll_param: open.token,
    })
  }
  return { 'GET /companies/scroll': scroll }
}
